import { z } from 'zod'
import type { DeepReadonly } from './readonly.ts'

/** One running (or starting, or ending) instance of a tier. */
export const instanceSchema = z.object({
  /** `i-…` */
  id: z.string(),
  zone: z.string(),
  /** Lifecycle state as Auto Scaling names it: `Pending`, `InService`, `Terminating`, … */
  state: z.string(),
  /** As the balancer sees it: `initial`, `healthy`, `unhealthy`, `draining`, `unused`. */
  health: z.string(),
  /** Private IPv4 address. */
  address: z.string(),
  /** What runs on it now, with the process ids of this machine. */
  processes: z.array(z.object({ name: z.string(), pid: z.number().int() })),
})

/** Instances that do the same work: one Auto Scaling group or one single instance. */
export const tierSchema = z.object({
  name: z.string(),
  /** The zones it may use, whether or not an instance is there now. */
  zones: z.array(z.string()),
  /** DNS name of the balancer in front of it. */
  loadBalancer: z.string().optional(),
  min: z.number().int(),
  desired: z.number().int(),
  max: z.number().int(),
  instances: z.array(instanceSchema),
})

export const databaseMemberSchema = z.object({
  zone: z.string(),
  /** `primary` or `standby`. */
  role: z.string(),
  /** Private IPv4 address; empty where there is none. */
  address: z.string(),
  /** Process id on this machine; absent for an embedded database. */
  pid: z.number().int().optional(),
})

export const databaseSchema = z.object({
  /** What really runs: `mariadb`, `embedded`, … */
  engine: z.string(),
  /** As RDS names it: `available`, `starting`, `failed`, … */
  status: z.string().optional(),
  members: z.array(databaseMemberSchema),
})

/** An availability zone as a unit of failure. */
export const zoneSchema = z.object({ name: z.string(), state: z.enum(['running', 'stopped']) })

/** A dashboard of CloudWatch: a link to the console of AWS, nothing here draws it. */
export const dashboardSchema = z.object({ name: z.string(), url: z.string() })

/** The answer of `GET /status`, and what `terrace status --json` prints. */
export const statusSchema = z.object({
  name: z.string(),
  /** Every target is healthy. */
  ready: z.boolean(),
  /** The database is an embedded stand-in. */
  embedded: z.boolean(),
  /** Public front doors by name (`site`, `api`, `web`) and the gateway for AWS clients (`aws`). No trailing slash. */
  urls: z.record(z.string(), z.string()),
  /** Process id of Terrace itself. */
  pid: z.number().int(),
  stateFolder: z.string(),
  /** The zones that its subnets use. */
  zones: z.array(zoneSchema),
  tiers: z.array(tierSchema),
  /** Absent when the system has no database. */
  database: databaseSchema.optional(),
  /** Absent when the system has none. */
  dashboards: z.array(dashboardSchema).optional(),
  /** What the template describes and does not run here, one sentence each. */
  notEmulated: z.array(z.string()),
})

export const logKindSchema = z.enum(['application', 'access', 'control'])

/** One action that a policy of a role allows, and what of it was called. */
export const grantedActionSchema = z.object({
  /** The policy's name: inline, or managed. */
  policy: z.string(),
  /** Its `Sid`, else its position in the policy, counted from 1: `#2`. */
  statement: z.string(),
  /** As written, wildcards too; what `NotAction` leaves is `all but …`. */
  action: z.string(),
  /** ARNs as written. */
  resources: z.array(z.string()),
  /** As written; told, not evaluated. */
  condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  /** The allowed calls that it fits; empty when it was never needed. */
  called: z.array(z.object({ action: z.string(), count: z.number().int() })),
  /** Resources that could be narrower, and what was really touched. */
  wide: z.array(z.object({ resource: z.string(), touched: z.string() })),
})

/** What a role may do, and what it did since the start. */
export const rolePermissionsSchema = z.object({
  /** The part of the model. */
  node: z.string(),
  name: z.string(),
  arn: z.string(),
  /** All calls, refused ones too. */
  calls: z.number().int(),
  granted: z.array(grantedActionSchema),
  denied: z.array(
    z.object({
      action: z.string(),
      /** The ARN, or what several have in common and `*`. */
      resource: z.string(),
      count: z.number().int(),
      /** Milliseconds since 1970-01-01T00:00:00Z, by the clock of the control loops. */
      latest: z.number(),
      /** The statement that denies it, or that none allows it. */
      reason: z.string(),
    }),
  ),
})

/** The answer of `GET /permissions`: every role of the template. */
export const permissionsSchema = z.object({ roles: z.array(rolePermissionsSchema) })

/** One line that a workload, a balancer or the cloud itself wrote. */
export const logLineSchema = z.object({
  kind: logKindSchema,
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  at: z.number(),
  /** Who wrote it: an instance id, a load balancer's name, a database identifier. */
  resource: z.string(),
  /** Without its newline. */
  line: z.string(),
})

/** One thing that happened in the cloud. */
export const journalEntrySchema = z.object({
  sequence: z.number().int(),
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  at: z.number(),
  /** `<service>.<what>`, such as `autoscaling.launch`. */
  kind: z.string(),
  /** The part of the model it happened to. */
  node: z.string().optional(),
  message: z.string(),
  details: z.record(z.string(), z.unknown()).optional(),
})

/** `GET /logs?kind=&resource=&follow=`: which lines, and whether the answer goes on with those to come. */
export const logsQuerySchema = z.object({
  kind: logKindSchema.optional(),
  /** An id, or the beginning of one. */
  resource: z.string().min(1).optional(),
  follow: z
    .enum(['true', 'false'])
    .optional()
    .transform(text => text === 'true'),
})

/** One mail in the inbox of a system. */
export const inboxEntrySchema = z.object({
  /** Counts up from 1. */
  id: z.string(),
  /** Milliseconds since 1970-01-01T00:00:00Z, by the clock of the control loops. */
  at: z.number(),
  /** As SES answered the one who sent it. */
  messageId: z.string(),
  /** As written: `Orders <orders@example.com>`. */
  from: z.string(),
  /** Everybody who got it, those in Bcc too. */
  to: z.array(z.string()),
  subject: z.string(),
  bytes: z.number().int(),
})

/** One mail as its recipients got it. */
export const inboxMessageSchema = inboxEntrySchema.extend({
  headers: z.array(z.object({ name: z.string(), value: z.string() })),
  /** Its plain text; absent when it has none. */
  text: z.string().optional(),
  html: z.string().optional(),
  attachments: z.array(z.object({ name: z.string(), type: z.string(), bytes: z.number().int() })),
  /** The whole message, base64. */
  raw: z.string(),
})

/** `GET /inbox?to=&follow=`: which mails, and whether the answer goes on with those to come. */
export const inboxQuerySchema = z.object({
  /** A recipient's whole address; capital letters make no difference. */
  to: z.string().min(1).optional(),
  follow: z
    .enum(['true', 'false'])
    .optional()
    .transform(text => text === 'true'),
})

/** `GET /inbox/message?id=` */
export const inboxMessageQuerySchema = z.object({ id: z.string().min(1) })

/** `GET /events?since=`: the sequence number of the first entry wanted; without it, from now on. */
export const eventsQuerySchema = z.object({ since: z.coerce.number().int().nonnegative().optional() })

/** `POST /zones/stop?zone=` and `POST /zones/start?zone=` */
export const zoneQuerySchema = z.object({ zone: z.string().min(1) })

/** The answer to whatever went wrong: a `TerraceError` in transit. */
export const failureSchema = z.object({ code: z.string(), message: z.string(), hint: z.string().optional() })

/** The answer of `POST /databases/final-snapshots`: identifiers. */
export const snapshotsSchema = z.object({ snapshots: z.array(z.string()) })

export type Status = DeepReadonly<z.infer<typeof statusSchema>>
export type TierStatus = DeepReadonly<z.infer<typeof tierSchema>>
export type InstanceStatus = DeepReadonly<z.infer<typeof instanceSchema>>
export type ZoneStatus = DeepReadonly<z.infer<typeof zoneSchema>>
export type DatabaseStatus = DeepReadonly<z.infer<typeof databaseSchema>>
export type GrantedAction = DeepReadonly<z.infer<typeof grantedActionSchema>>
export type RolePermissions = DeepReadonly<z.infer<typeof rolePermissionsSchema>>
export type LogKind = DeepReadonly<z.infer<typeof logKindSchema>>
export type LogLine = DeepReadonly<z.infer<typeof logLineSchema>>
export type LogsQuery = DeepReadonly<z.infer<typeof logsQuerySchema>>
export type JournalEntry = DeepReadonly<z.infer<typeof journalEntrySchema>>
export type InboxEntry = DeepReadonly<z.infer<typeof inboxEntrySchema>>
export type InboxMessage = DeepReadonly<z.infer<typeof inboxMessageSchema>>
export type InboxQuery = DeepReadonly<z.infer<typeof inboxQuerySchema>>
export type InboxMessageQuery = DeepReadonly<z.infer<typeof inboxMessageQuerySchema>>
export type EventsQuery = DeepReadonly<z.infer<typeof eventsQuerySchema>>
export type ZoneQuery = DeepReadonly<z.infer<typeof zoneQuerySchema>>

/** Every route of the control API. Server and client both take their paths from here. */
export const routes = {
  status: { method: 'GET', path: '/status' },
  permissions: { method: 'GET', path: '/permissions' },
  /** Lines of JSON (NDJSON), one `LogLine` each. */
  logs: { method: 'GET', path: '/logs' },
  /** Lines of JSON, one `InboxEntry` each, the newest last. */
  inbox: { method: 'GET', path: '/inbox' },
  inboxMessage: { method: 'GET', path: '/inbox/message' },
  /** The newest traces, the newest last. */
  traces: { method: 'GET', path: '/traces' },
  trace: { method: 'GET', path: '/traces/trace' },
  /** Server-sent events: `id` is the sequence number, `data` one `JournalEntry` as JSON. */
  events: { method: 'GET', path: '/events' },
  /** Answers when the zone is silent. */
  stopZone: { method: 'POST', path: '/zones/stop' },
  /** Answers when what was halted there is gone, and the zone takes launches again. */
  startZone: { method: 'POST', path: '/zones/start' },
  /** Lines of JSON (NDJSON), one `SessionMessage` each; the session ends when the caller leaves. */
  session: { method: 'POST', path: '/sessions' },
  /** The same, to a database. */
  databaseSession: { method: 'POST', path: '/sessions/database' },
  /** Answers when what `DeletionPolicy` asks for was taken: the databases' final snapshots. */
  finalSnapshots: { method: 'POST', path: '/databases/final-snapshots' },
  /** Lines of JSON (NDJSON), one `UpdateMessage` each; goes on when the caller leaves. */
  update: { method: 'POST', path: '/update' },
  /** Answers when everything has stopped. */
  stop: { method: 'POST', path: '/stop' },
} as const
