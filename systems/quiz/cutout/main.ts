import { isMainThread, workerData } from 'node:worker_threads'

// One program for the service and for its workers; each loads what it needs.
if (isMainThread) {
  const [{ runPlainService }, { createCutout }] = await Promise.all([
    import('@terrace/service/plain'),
    import('./cutout.ts'),
  ])
  await runPlainService(createCutout({ workerEntry: new URL(import.meta.url) }))
} else {
  const [{ serveWorker }, { chooseSegmenter }] = await Promise.all([
    import('./workers/serve-worker.ts'),
    import('./workers/choose-segmenter.ts'),
  ])
  await serveWorker(() => chooseSegmenter(workerData))
}
