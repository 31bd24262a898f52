import { secret, sessionSecretVariable } from '@terrace/service'
import * as z from 'zod'

/** The notes' own environment variables. */
export const notesVariables = {
  /** Only MySQL and MariaDB: the search is their full-text index. */
  DATABASE_URL: secret(
    z
      .string()
      .regex(/^mysql:/, 'expected mysql://…: the notes search with the full-text index of MySQL or MariaDB')
      .optional(),
  ),
  /** Signs the visitors' cookies; the same for all instances, from Secrets Manager. */
  SESSION_SECRET: sessionSecretVariable,
  /** Where people reach the notes, such as `https://notes.example.com`: forms from there are ours, whatever the host. */
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'expected a URL such as https://notes.example.com' })
    .transform(text => new URL(text).origin)
    .optional(),
}

export type NotesVariables = typeof notesVariables
