/**
 * Loaded into every Node process of a workload before its own code (`NODE_OPTIONS=--require`). It gives the process the
 * network of its instance: what it connects to is decided by the names and rules of the system, where it listens is the
 * interface of its instance. The rules come over one control socket and are kept up to date; decisions are made here.
 *
 * It never fails open: without rules, and for everything that no rule allows, a connection stays silent.
 */
const { install }: typeof import('./process/install.ts') = require('./process/install.ts')

const link = process.env.TERRACE_LINK
const folder = process.env.TERRACE_FOLDER

// Taken now: the application may put others in their place.
const { setTimeout: later, clearTimeout, setInterval: repeat, clearInterval } = globalThis

if (link !== undefined && folder !== undefined) {
  install(
    { link, folder, preload: __filename, pid: process.pid },
    {
      now: () => performance.now(),
      after(delay, action) {
        const timer = later(action, delay)
        return () => clearTimeout(timer)
      },
      every(interval, action) {
        const timer = repeat(action, interval)
        timer.unref()
        return () => clearInterval(timer)
      },
      random: Math.random,
    },
  )
}
