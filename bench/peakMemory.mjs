// Lambda's Node runs it too, and so it is JavaScript: what strips types would be in the figure.
import { readFileSync } from 'node:fs';

/**
 * The most memory that this process ever had, in MB. Linux hands down `maxRSS` from the process that started this one,
 * which may have had more; what `/proc` says begins with the program: https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
 */
export function peakMemory() {
  const kept =
    process.platform === 'linux' && /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
  return (kept ? Number(kept[1]) : process.resourceUsage().maxRSS) / 1_024;
}
