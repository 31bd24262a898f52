/**
 * The name that was probably meant: the nearest by edits, when it is near enough to be worth saying.
 *
 * @returns such as `, did you mean "Vpc"?`, or nothing
 */
export function didYouMean(given: string, known: Iterable<string>): string {
  const best = nearest(given, known)
  return best === undefined ? '' : `, did you mean "${best}"?`
}

/** The known name with the fewest edits from the given one, at most a third of its length away. */
export function nearest(given: string, known: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = Math.max(1, Math.floor(given.length / 3)) + 1
  for (const name of known) {
    if (Math.abs(name.length - given.length) >= least) continue
    const edits = distance(given.toLowerCase(), name.toLowerCase())
    if (edits < least) {
      best = name
      least = edits
    }
  }
  return best
}

function distance(a: string, b: string): number {
  let earlier: readonly number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      // Two letters that changed places are one slip of the finger.
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const transposition = swapped ? (earlier[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY
      current.push(Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, substitution, transposition))
    }
    earlier = previous
    previous = current
  }
  return previous[b.length] ?? 0
}
