import { startLocal } from './local-target.ts'

// A program of its own: whether it ends by itself shows whether a cloud leaves timers or connections behind.
const target = await startLocal({})
await target.stop()
