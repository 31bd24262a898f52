import { isMainThread, workerData } from 'node:worker_threads'

// One program for the service and for its workers; each loads what it needs.
if (isMainThread) {
  const { runCutout } = await import('./server/run.ts')
  await runCutout(new URL(import.meta.url))
} else {
  const [{ serveWorker }, { chooseSegmenter }] = await Promise.all([
    import('./workers/serve-worker.ts'),
    import('./workers/choose-segmenter.ts'),
  ])
  await serveWorker(() => chooseSegmenter(workerData))
}
