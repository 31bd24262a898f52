import { type Duration, messageOf, seconds } from '@terrace/kit'
import { z } from 'zod'
import { LaunchFailure } from '../../../workload/launch-failure.ts'

/** What a CloudWatch agent measures and where it puts it. */
export interface AgentConfiguration {
  readonly namespace: string
  /** On every metric, with their placeholders. */
  readonly dimensions: Readonly<Record<string, string>>
  /** Sets of dimensions that every metric is put with besides. */
  readonly aggregations: readonly (readonly string[])[]
  readonly sections: readonly AgentSection[]
  /** Files that it sends to log streams. */
  readonly logFiles: readonly LogFile[]
  /** What it names and nothing here measures: `disk inodes_free`. */
  readonly unknown: readonly string[]
}

/** A file, and the log stream that its lines go to. */
export interface LogFile {
  /** `/var/log/nginx/access.log` */
  readonly path: string
  readonly group: string
  /** `{instance_id}` stands for the instance. */
  readonly stream: string
}

export type Subject = 'cpu' | 'mem' | 'disk'

/** One subject, measured at its own interval. */
export interface AgentSection {
  readonly subject: Subject
  readonly measurements: readonly Measurement[]
  readonly interval: Duration
  /** Of disks: mount points; `*` is all of them. */
  readonly resources: readonly string[]
  readonly dropDevice: boolean
}

export interface Measurement {
  /** Such as `used_percent`. */
  readonly name: string
  /** As it appears in CloudWatch: `mem_used_percent`. */
  readonly metric: string
}

/** What is measured here of each subject. @see CloudWatch User Guide "Metrics collected by the CloudWatch agent" */
const MEASURED: Readonly<Record<Subject, readonly string[]>> = {
  cpu: ['usage_active', 'usage_idle'],
  mem: ['used_percent', 'used', 'available', 'available_percent', 'total'],
  disk: ['used_percent', 'used', 'free', 'total'],
}

const Section = z.looseObject({
  measurement: z.array(z.union([z.string(), z.looseObject({ name: z.string(), rename: z.string().optional() })])),
  metrics_collection_interval: z.number().int().min(10).optional(),
  resources: z.array(z.string()).optional(),
  drop_device: z.boolean().optional(),
})
const CollectedFile = z.looseObject({ file_path: z.string(), log_group_name: z.string(), log_stream_name: z.string() })
const Configuration = z.looseObject({
  agent: z.looseObject({ metrics_collection_interval: z.number().int().min(10).optional() }).optional(),
  metrics: z.looseObject({
    namespace: z.string().default('CWAgent'),
    append_dimensions: z.record(z.string(), z.string()).default({}),
    aggregation_dimensions: z.array(z.array(z.string())).default([]),
    metrics_collected: z.record(z.string(), Section),
  }),
  logs: z
    .looseObject({ logs_collected: z.looseObject({ files: z.looseObject({ collect_list: z.array(CollectedFile) }) }) })
    .optional(),
})

const HEREDOC =
  /^[ \t]*cat > \S*\/amazon-cloudwatch-agent\.json <<'TERRACE_AGENT'\r?\n([\s\S]*?)\r?\nTERRACE_AGENT\r?$/m

/**
 * The configuration that a user data writes for the agent; nothing when it writes none.
 *
 * @throws LaunchFailure when the agent would not take it
 * @see CloudWatch User Guide "Manually create or edit the CloudWatch agent configuration file"
 */
export function agentIn(userData: string): AgentConfiguration | undefined {
  const text = HEREDOC.exec(userData)?.[1]
  if (text === undefined) return undefined
  const { agent, metrics, logs } = read(text)
  const usual = agent?.metrics_collection_interval ?? 60
  const unknown: string[] = []
  const sections = Object.entries(metrics.metrics_collected).flatMap(([subject, section]) => {
    if (!isSubject(subject)) {
      unknown.push(subject)
      return []
    }
    const measurements = section.measurement.flatMap(each => {
      const given = typeof each === 'string' ? each : each.name
      const name = given.replace(new RegExp(`^${subject}_`), '')
      if (!MEASURED[subject].includes(name)) {
        unknown.push(`${subject} ${name}`)
        return []
      }
      return [{ name, metric: (typeof each === 'string' ? undefined : each.rename) ?? `${subject}_${name}` }]
    })
    const interval = seconds(section.metrics_collection_interval ?? usual)
    const { resources = ['*'], drop_device: dropDevice = false } = section
    return [{ subject, measurements, interval, resources, dropDevice }]
  })
  const logFiles = (logs?.logs_collected.files.collect_list ?? []).map(file => {
    return { path: file.file_path, group: file.log_group_name, stream: file.log_stream_name }
  })
  const { namespace, append_dimensions: dimensions, aggregation_dimensions: aggregations } = metrics
  return { namespace, dimensions, aggregations, sections, logFiles, unknown }
}

function read(text: string): z.infer<typeof Configuration> {
  try {
    return Configuration.parse(JSON.parse(text))
  } catch (error) {
    const issue = error instanceof z.ZodError ? error.issues[0] : undefined
    const message = issue ? `${issue.path.join('.')}: ${issue.message}` : messageOf(error)
    throw new LaunchFailure(
      { kind: 'program', name: 'the CloudWatch agent' },
      { kind: 'unusable', message: `its configuration is wrong: ${message}` },
      error,
    )
  }
}

const isSubject = (name: string): name is Subject => Object.hasOwn(MEASURED, name)
