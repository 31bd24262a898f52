/** Runs something later; only the last that was asked for. */
export interface Timer {
  readonly start: (run: () => void, afterMs: number) => void
  readonly stop: () => void
}

/** A timer of the page, for what is no component. */
export function createTimer(): Timer {
  let handle: ReturnType<typeof setTimeout> | undefined
  return {
    start: (run, afterMs) => {
      clearTimeout(handle)
      handle = setTimeout(run, afterMs)
    },
    stop: () => clearTimeout(handle),
  }
}
