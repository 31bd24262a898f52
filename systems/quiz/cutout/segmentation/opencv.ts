import { createRequire } from 'node:module'

/** The functions and constants of OpenCV.js, as its own declarations name them. */
export type OpenCv = typeof import('@techstark/opencv-js')

const require = createRequire(import.meta.url)

let loading: Promise<OpenCv> | undefined

/**
 * OpenCV.js, loaded once a thread (about 0.5 s). The package's export is not the library but a promise of it, which
 * its declarations don't say; `import()` would follow that promise's `then` where a loader copies it to the module.
 */
export function loadOpenCv(): Promise<OpenCv> {
  loading ??= Promise.resolve<OpenCv>(require('@techstark/opencv-js'))
  return loading
}

/** Runs `work` and frees every OpenCV object that it gave to `keep`: they live outside the garbage collector's heap. */
export function withFreed<Result>(work: (keep: <Owned extends Freeable>(owned: Owned) => Owned) => Result): Result {
  const kept: Freeable[] = []
  try {
    return work(owned => {
      kept.push(owned)
      return owned
    })
  } finally {
    for (const owned of kept.reverse()) owned.delete()
  }
}

interface Freeable {
  delete(): void
}
