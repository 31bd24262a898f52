// Plain JavaScript on purpose: a thread doesn't take part in the compile cache of its process by itself. Without it
// the thread would load a whole compiler, some 25 MB, to read its own TypeScript.
import { enableCompileCache } from 'node:module'
import { workerData } from 'node:worker_threads'

if (workerData.cache !== undefined) enableCompileCache(workerData.cache)
await import(workerData.entry)
