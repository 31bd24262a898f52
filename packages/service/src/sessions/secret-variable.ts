import * as z from 'zod'
import { secret } from '../config/config.ts'

const SHORTEST = 32

/**
 * The environment variable with the secrets that sign sessions: one, or several separated by commas, of which the first
 * signs. To rotate, put a new one in front, and take the old one away once the lifetime of a session has passed.
 */
export const sessionSecretVariable = secret(
  z
    .string()
    .transform(text => text.split(',').map(one => one.trim()))
    .refine(all => all.every(one => one.length >= SHORTEST), {
      error: `expected at least ${SHORTEST} characters; several are separated by commas`,
    }),
)
