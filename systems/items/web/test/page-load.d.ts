import type { RunningSite } from './running-site.ts'
/** What one load of the list cost. */
export interface PageLoad {
  /** Compressed bytes of script that had come when the first row was in sight. */
  readonly scriptBytesBeforeList: number
  /** Compressed bytes of all script, with what is loaded later. */
  readonly scriptBytes: number
  /** From the beginning of the navigation until the first row was in sight, milliseconds. */
  readonly listVisibleMs: number
  /** The sum of all unexpected layout shifts. */
  readonly layoutShift: number
}
declare global {
  interface Window {
    firstRowAt?: number
    layoutShift?: number
  }
}
/**
 * Loads the list once in a fresh browser context and waits until all that comes later has come.
 *
 * @param slowDown  of the processor, by the browser's own throttling
 */
export declare function measurePageLoad(site: RunningSite, slowDown?: number): Promise<PageLoad>
