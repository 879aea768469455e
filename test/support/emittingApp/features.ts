import { features as shipped } from '../../../features/index.ts';
import { emitting } from '../emitting.ts';

export const features = emitting(shipped, 'engagement');
