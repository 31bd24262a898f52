import { type Clock, type Instant, messageOf } from '@terrace/kit'

/** A part of the work on a picture that has ended. */
export interface Step {
  readonly name: 'decode' | 'segment' | 'encode'
  readonly began: Instant
  readonly ended: Instant
  /** Why it came to nothing; absent when it did not. */
  readonly failure?: string
}

/** Does one part of the work, and tells when it was, whatever becomes of it. */
export async function timed<Result>(
  name: Step['name'],
  clock: Clock,
  tell: (step: Step) => void,
  work: () => Promise<Result>,
): Promise<Result> {
  const began = clock.now()
  try {
    const result = await work()
    tell({ name, began, ended: clock.now() })
    return result
  } catch (error) {
    tell({ name, began, ended: clock.now(), failure: messageOf(error) })
    throw error
  }
}
