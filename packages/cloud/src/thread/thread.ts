import { getCompileCacheDir } from 'node:module'
import { dirname } from 'node:path'
import { Worker, type WorkerOptions } from 'node:worker_threads'

/**
 * Starts a module in a thread of its own, with the compile cache of this process.
 *
 * @param entry  a `file:` URL of the module
 */
export const startThread = (entry: URL, options: Omit<WorkerOptions, 'workerData'> = {}): Worker =>
  new Worker(new URL('./boot.js', import.meta.url), {
    ...options,
    workerData: { entry: entry.href, cache: cacheFolder() },
  })

/** The folder that was enabled: what Node names is the part of it that belongs to this version of Node. */
function cacheFolder(): string | undefined {
  const own = getCompileCacheDir()
  return own === undefined ? undefined : dirname(own)
}
