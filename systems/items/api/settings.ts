import { serverVariables } from '@terrace/service/plain'
import * as z from 'zod'

/** The port of the tasks, for HTTPS. */
export const PORT = 8443

/** The environment of the API, besides what every server has. AWS is reached as the SDK finds it. */
export const itemsVariables = {
  TABLE_NAME: z
    .string('expected the name of a table')
    .regex(/^[\w.-]{3,255}$/, 'expected the name of a table: 3 to 255 letters, digits, _, - and .'),
  /** A secret whose text is the key that cursors are signed with. */
  CURSOR_SECRET: z.string('expected the ARN or the name of a secret').max(2048, 'expected at most 2048 characters'),
  /** Pages of these may change items; `packages/service` reads it too, for CORS. */
  ALLOWED_ORIGINS: serverVariables().ALLOWED_ORIGINS,
  ENVIRONMENT: z
    .string()
    .regex(/^[\w-]{1,64}$/, 'expected a name such as dev')
    .default('dev'),
  /** Of the program: what was deployed. */
  VERSION: z
    .string()
    .regex(/^[\w.+-]{1,128}$/, 'expected a version such as 1.0.0')
    .default('1.0.0'),
}

export type ItemsVariables = typeof itemsVariables
