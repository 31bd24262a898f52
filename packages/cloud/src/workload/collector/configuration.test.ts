import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfiguration } from './configuration.ts'
import { findConfiguration } from './find-configuration.ts'
import { isCollector } from './is-collector.ts'

const nothing = () => undefined
const find = (words: readonly string[], variables: Record<string, string> = {}, root = '/nowhere') =>
  findConfiguration({ words, root, variable: name => variables[name] })

const pipeline = (receivers: string, exporters: string) =>
  `service: { pipelines: { traces: { receivers: [${receivers}], exporters: [${exporters}] } } }`

describe('the configuration of a collector', () => {
  it('is AOT_CONFIG_CONTENT before --config, and what is in the image when there is neither', () => {
    expect(find(['--config=/etc/mine.yaml'], { AOT_CONFIG_CONTENT: 'a: 1' })).toBe('a: 1')
    expect(find(['/awscollector', '--config', 'env:MINE'], { MINE: 'b: 1' })).toBe('b: 1')
    for (const words of [[], ['--config=/etc/ecs/ecs-default-config.yaml']]) {
      expect(readConfiguration(find(words), nothing)).toEqual({
        otlp: { host: '0.0.0.0', port: 4318 },
        health: { host: '0.0.0.0', port: 13133 },
        batch: { timeout: 1000, size: 50 },
        exporter: { indexAll: false, indexed: [], timeout: 30_000, retries: 2 },
        notDone: [],
      })
    }
    expect(() => find(['--config=/etc/mine.yaml'])).toThrow('/etc/mine.yaml is not on this host')
  })

  it('is a file of the host', () => {
    const root = mkdtempSync(join(tmpdir(), 'terrace-collector-'))
    try {
      writeFileSync(join(root, 'mine.yaml'), 'c: 1')
      expect(find(['--config=/mine.yaml'], {}, root)).toBe('c: 1')
    } finally {
      rmSync(root, { recursive: true, force: true })
    }
  })

  it('takes variables of the environment', () => {
    const text = `receivers: { otlp: { protocols: { http: { endpoint: '\${env:HERE:-127.0.0.1}:\${PORT}' } } } }
exporters: { awsxray: { region: '\${env:REGION}' } }
${pipeline('otlp', 'awsxray')}`
    const read = readConfiguration(text, name => ({ PORT: '4000', REGION: 'eu-west-1' })[name])
    expect(read).toMatchObject({ otlp: { host: '127.0.0.1', port: 4000 }, exporter: { region: 'eu-west-1' } })
  })

  it('names what is not done', () => {
    const text = `receivers: { otlp: { protocols: { http: { cors: {} } } } }
exporters: { awsxray: { role_arn: a }, debug: {} }
${pipeline('otlp', 'awsxray, debug')}`
    const not = 'the local stand-in of the collector does not do'
    expect(readConfiguration(text, nothing).notDone).toEqual([
      `${not} receivers.otlp.protocols.http.cors`,
      `${not} exporters.awsxray.role_arn`,
      `${not} the exporter debug: it exports by awsxray`,
    ])
  })

  it.each([
    ['a: 1', 'no pipelines are configured'],
    [pipeline('otlp', 'awsxray'), 'references receiver "otlp" which is not configured'],
    [
      `receivers: { otlp: { protocols: { http: { endpoint: here } } } }\nexporters: { awsxray: {} }\n${pipeline('otlp', 'awsxray')}`,
      'here is no host:port',
    ],
  ])('is refused as %s', (text, message) => {
    expect(() => readConfiguration(text, nothing)).toThrow(message)
  })

  it('is asked of the images of AWS and of OpenTelemetry alone', () => {
    expect(isCollector('public.ecr.aws/aws-observability/aws-otel-collector:v0.45.0')).toBe(true)
    expect(isCollector('otel/opentelemetry-collector-contrib@sha256:0')).toBe(true)
    expect(isCollector('otel/opentelemetry-collector:1')).toBe(false)
    expect(isCollector('example.com/aws-otel-collector:1')).toBe(false)
  })
})
