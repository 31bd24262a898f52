import { digest } from '@terrace/kit'

/**
 * The id of the attachment that joins an interface to a task, a UUID: DescribeTasks tells it, and the description of the
 * interface.
 */
export function attachmentIdOf(interfaceId: string): string {
  const hex = digest(interfaceId, 32)
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20)].join('-')
}
