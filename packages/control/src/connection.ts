import { z } from 'zod'
import type { DeepReadonly } from './readonly.ts'

const words = z
  .string()
  .transform((text, context): readonly string[] => {
    const read = z.array(z.string()).min(1).safeParse(parsed(text))
    if (read.success) return read.data
    context.addIssue({ code: 'custom', message: 'must be a list of words in JSON' })
    return z.NEVER
  })
  .optional()

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** `POST /sessions?instance=&as=&command=&direct=`: where, as whom, and what; without a command a shell. */
export const sessionQuerySchema = z.object({
  /** `i-…`, or the id of a task for a direct one */
  instance: z.string().min(1),
  /** A user that the instance's user data makes. */
  as: z.string().min(1).optional(),
  /** The words of the command, as a list in JSON. */
  command: words,
  /** Without asking Session Manager, which may have no way to the instance. */
  direct: z.literal('true').optional(),
})

/** `POST /sessions/database?database=&via=`: which database, and the id of the instance or task to go through. */
export const databaseSessionQuerySchema = z.object({
  database: z.string().min(1).optional(),
  via: z.string().min(1).optional(),
})

/** One message of a session, a line of JSON each. The session lasts as long as the answer. */
export const sessionMessageSchema = z.discriminatedUnion('kind', [
  /** Where the caller runs its shell or command itself: in its own terminal, with that environment. */
  z.object({
    kind: z.literal('place'),
    session: z.string(),
    instance: z.string(),
    folder: z.string(),
    environment: z.record(z.string(), z.string()),
  }),
  /** A user with a purpose: its commands are carried out by the system, one call each. */
  z.object({
    kind: z.literal('user'),
    session: z.string(),
    instance: z.string(),
    user: z.string(),
    purpose: z.string(),
    commands: z.array(z.string()),
  }),
  z.object({ kind: z.literal('output'), stream: z.enum(['out', 'err']), line: z.string() }),
  z.object({ kind: z.literal('exit'), code: z.number().int() }),
  /** A database through somebody's network position: its client connects to the socket. */
  z.object({
    kind: z.literal('database'),
    session: z.string(),
    /** The instance or task that it goes through. */
    via: z.string(),
    engine: z.string(),
    /** A Unix socket that leads there. */
    socket: z.string(),
    host: z.string(),
    port: z.number().int(),
    username: z.string(),
    password: z.string(),
    name: z.string().optional(),
  }),
  /** The other side ended it. */
  z.object({ kind: z.literal('ended'), because: z.string() }),
])

export type SessionQuery = DeepReadonly<z.infer<typeof sessionQuerySchema>>
export type DatabaseSessionQuery = DeepReadonly<z.infer<typeof databaseSessionQuerySchema>>
export type SessionMessage = DeepReadonly<z.infer<typeof sessionMessageSchema>>
