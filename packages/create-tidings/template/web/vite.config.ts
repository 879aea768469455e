import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// The local stack lets any page of this machine connect.
export default defineConfig({ plugins: [react()], server: { host: '127.0.0.1' } });
