import * as z from 'zod'

/** A header schema for the routes that accept a key. */
export const idempotencyHeaders = z.looseObject({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,128}$/, 'must be 1 to 128 printable ASCII characters without spaces')
    .optional()
    .describe('Repeating a request with the same key within a day repeats the answer, not the action'),
})
