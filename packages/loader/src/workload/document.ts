import { z } from 'zod'

const Port = z.coerce.number().int().min(1).max(65_535)
const Text = z.union([z.string(), z.number(), z.boolean()]).transform(String)
const Restart = z
  .enum(['always', 'never', 'no'])
  .default('always')
  .transform(restart => (restart === 'always' ? 'always' : 'no'))
const Secret = z
  .string()
  .regex(
    /^arn:[^:]+:(secretsmanager:|ssm:[^:]*:[^:]*:parameter\/)/,
    'must be the ARN of a secret, optionally with ":" and a key of its JSON, or the ARN of a parameter of SSM',
  )
const File = z.strictObject({
  s3: z.string().regex(/^s3:\/\/[^/]+\/.*/, 'must look like s3://bucket/key'),
  path: z.string().startsWith('/', 'must be an absolute path'),
})

const ImageProcess = z.strictObject({
  image: z.string().min(1),
  port: Port.optional(),
  environment: z.record(z.string(), Text).default({}),
  secrets: z.record(z.string(), Secret).default({}),
  files: z.array(File).default([]),
  restart: Restart,
})

const NginxProcess = z.strictObject({
  nginx: z.string().min(1),
  port: Port,
  files: z.array(File).default([]),
  restart: Restart,
})

const Name = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/, 'must be small letters, digits and underscores')
const Backups = z.strictObject({
  s3: z.string().regex(/^s3:\/\/[^/]+\/(.*\/)?$/, 'must look like s3://bucket/prefix/'),
  schedule: z.string().regex(/^(rate|cron)\(.+\)$/, 'must look like rate(6 hours) or cron(0 3 * * ? *)'),
  keep: z.coerce.number().int().min(1),
})
const PostgresProcess = z.strictObject({
  postgres: z.strictObject({
    version: Text,
    database: Name,
    username: Name,
    password: Secret,
    data: z.string().startsWith('/', 'must be an absolute path'),
    backups: Backups.optional(),
  }),
  port: Port,
})

/** One process of the document, as written. */
export type DocumentProcess =
  | z.infer<typeof ImageProcess>
  | z.infer<typeof NginxProcess>
  | z.infer<typeof PostgresProcess>

/** The outer shape; what a process is shows in the keys that it has. */
export const Document = z.strictObject({ processes: z.record(z.string(), z.record(z.string(), z.unknown())) })

/** The schema for a process with these keys. */
export function processSchema(process: Readonly<Record<string, unknown>>): z.ZodType<DocumentProcess> {
  if ('postgres' in process) return PostgresProcess
  return 'nginx' in process ? NginxProcess : ImageProcess
}
