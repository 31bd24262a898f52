import { getCompileCacheDir } from 'node:module'
import { parentPort } from 'node:worker_threads'

const cache: string | undefined = getCompileCacheDir()
parentPort?.postMessage(cache ?? 'none')
