import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where a configuration comes from. */
export interface ConfigurationPlace {
  /** What the container runs: entry point and command. */
  readonly words: readonly string[]
  readonly variable: (name: string) => string | undefined
  /** Where the files of the host lie. */
  readonly root: string
}

/**
 * The text of the collector's configuration: `AOT_CONFIG_CONTENT`, else `--config` as a file or `env:NAME`, else what the
 * image has in itself.
 *
 * @throws Error when it names a file that is not there
 * @see aws-otel-collector, "docs/developers/ecs-demo.md": AOT_CONFIG_CONTENT
 */
export function findConfiguration({ words, variable, root }: ConfigurationPlace): string {
  const content = variable('AOT_CONFIG_CONTENT')
  if (content !== undefined && content !== '') return content
  const named = configOf(words)
  if (named === undefined) return OF_THE_IMAGE
  const [, scheme, rest = ''] = /^(env|file|yaml):(.*)$/s.exec(named) ?? []
  if (scheme === 'yaml') return rest
  if (scheme === 'env') {
    const text = variable(rest)
    if (text === undefined) throw new Error(`the configuration is in the variable ${rest}, which is not set`)
    return text
  }
  const path = scheme === 'file' ? rest : named
  const here = join(root, path)
  if (existsSync(here)) return readFileSync(here, 'utf8')
  if (IN_THE_IMAGE.has(path)) return OF_THE_IMAGE
  const known = [...IN_THE_IMAGE].join(', ')
  throw new Error(
    `the configuration file ${path} is not on this host, and no one of the image that is known here: ${known}`,
  )
}

function configOf(words: readonly string[]): string | undefined {
  const at = words.findIndex(word => /^--?config(=|$)/.test(word))
  const word = words[at]
  if (word === undefined) return undefined
  return word.includes('=') ? word.slice(word.indexOf('=') + 1) : words[at + 1]
}

/** Files of the AWS distribution that send traces to X-Ray. */
const IN_THE_IMAGE = new Set([
  '/etc/ecs/ecs-default-config.yaml',
  '/etc/ecs/ecs-xray.yaml',
  '/etc/ecs/ecs-cloudwatch-xray.yaml',
  '/etc/ecs/container-insights/otel-task-metrics-config.yaml',
  '/etc/otel-config.yaml',
])

/** What these files have in common, as far as it is done here. */
const OF_THE_IMAGE = `
extensions:
  health_check: { endpoint: '0.0.0.0:13133' }
receivers:
  otlp: { protocols: { http: { endpoint: '0.0.0.0:4318' } } }
processors:
  batch/traces: { timeout: 1s, send_batch_size: 50 }
exporters:
  awsxray: {}
service:
  extensions: [health_check]
  pipelines:
    traces: { receivers: [otlp], processors: [batch/traces], exporters: [awsxray] }
`
