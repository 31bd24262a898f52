import { TerraceError } from '@terrace/kit'

/** The error that `action` throws, which must be one of ours. */
export async function failureOf(action: () => unknown): Promise<TerraceError> {
  try {
    await action()
  } catch (error) {
    if (error instanceof TerraceError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
