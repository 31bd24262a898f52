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

/** One process of the document, as written. */
export type DocumentProcess = z.infer<typeof ImageProcess> | z.infer<typeof NginxProcess>

/** The outer shape; what a process is shows in the keys that it has. */
export const Document = z.strictObject({ processes: z.record(z.string(), z.record(z.string(), z.unknown())) })

/** The schema for a process with these keys. */
export const processSchema = (process: Readonly<Record<string, unknown>>): z.ZodType<DocumentProcess> =>
  'nginx' in process ? NginxProcess : ImageProcess
