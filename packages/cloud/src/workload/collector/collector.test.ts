import { createRequire } from 'node:module'
import { EC2Client, RevokeSecurityGroupEgressCommand } from '@aws-sdk/client-ec2'
import { BatchGetTracesCommand, GetTraceSummariesCommand, XRayClient } from '@aws-sdk/client-xray'
import type { PolicyStatement } from '@terrace/model'
import { afterEach, describe, expect, it } from 'vitest'
import { clientOptions, policy, testRole } from '../../gateway/testing.ts'
import type { LogLine } from '../../logs.ts'
import { xray } from '../../services/xray/index.ts'
import { testNode, threeTiers } from '../../testing/architecture.ts'
import { ask, type Ec2Cloud, folderWith, imageIn, imageProcess, machineWith, startEc2Cloud } from '../testing.ts'

const requireFrom = createRequire(import.meta.url)
const path = (name: string) => JSON.stringify(requireFrom.resolve(name))

// Makes a span for each request with OpenTelemetry's own exporter, in the encoding that the path names, and answers its trace id.
const MAIN = `
const { createServer } = require('node:http')
const { SpanKind, trace, ROOT_CONTEXT } = require(${path('@opentelemetry/api')})
const { SimpleSpanProcessor, TracerProvider, AlwaysOnSampler } = require(${path('@opentelemetry/sdk-trace')})
const { resourceFromAttributes } = require(${path('@opentelemetry/resources')})
const exporters = {
  '/json': require(${path('@opentelemetry/exporter-trace-otlp-http')}).OTLPTraceExporter,
  '/protobuf': require(${path('@opentelemetry/exporter-trace-otlp-proto')}).OTLPTraceExporter,
}
createServer(async (request, response) => {
  if (request.url === '/health') {
    const answer = await fetch('http://127.0.0.1:13133/')
    return response.end(String(answer.status))
  }
  const exporter = new exporters[request.url]({ url: 'http://127.0.0.1:4318/v1/traces', compression: 'gzip' })
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'items' }),
    sampler: new AlwaysOnSampler(),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  })
  const root = provider.getTracer('test').startSpan('GET /', { kind: SpanKind.SERVER, attributes: { tenant: 'gold' } })
  provider.getTracer('test').startSpan('render', {}, trace.setSpan(ROOT_CONTEXT, root)).end()
  root.end()
  await provider.forceFlush()
  await provider.shutdown()
  response.end(root.spanContext().traceId)
}).listen(Number(process.env.PORT), () => console.log('listening'))
`

const CONFIGURATION = `
extensions: { health_check: {} }
receivers:
  otlp: { protocols: { http: { endpoint: '127.0.0.1:4318' }, grpc: {} } }
  awsxray: {}
processors:
  batch: { timeout: 50ms }
  tail_sampling: {}
exporters:
  awsxray: { indexed_attributes: [tenant] }
service:
  extensions: [health_check]
  pipelines:
    traces: { receivers: [otlp, awsxray], processors: [batch, tail_sampling], exporters: [awsxray] }
    metrics: { receivers: [otlp], exporters: [awsemf] }
`

const COLLECTOR = 'public.ecr.aws/aws-observability/aws-otel-collector:v0.45.0'
const PULL = ['ecr:GetAuthorizationToken', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']

const roleWith = (...actions: readonly string[]) => {
  const statement: PolicyStatement = { Effect: 'Allow', Action: [...PULL, ...actions], Resource: '*' }
  return {
    ...testRole('role', statement),
    trust: policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } }),
  }
}

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** An application and a collector beside it, on an instance that has that role. */
async function start(role: ReturnType<typeof roleWith>, environment: Record<string, string> = {}) {
  const folder = folderWith({ 'main.js': MAIN })
  ends.push(() => folder.remove())
  const collector = imageProcess({ kind: 'remote', uri: COLLECTOR }, { name: 'collector', environment })
  const { port: _, ...withoutPort } = collector
  const processes = [withoutPort, imageProcess(imageIn(folder.path))]
  const machine = machineWith(processes, { role: 'role', userData: '#!/bin/bash\n' })
  const template = testNode('launchTemplate', 'template', { name: 'app', machine })
  const cloud = await startEc2Cloud({ nodes: [...threeTiers(), role, template], services: [xray] })
  ends.push(() => cloud.stop())
  const instance = await cloud.instances.launch({ machine, subnet: 'app-a', owner: 'template' })
  await lineOf(cloud, 'listening')
  await lineOf(cloud, 'Everything is ready')
  const socket = cloud.network.socketOf(instance.networkInterface, 8000)
  return { cloud, ask: async (path: string) => (await ask(socket, path)).body }
}

/** The first line that holds a text: one already there, or one to come. */
function lineOf(cloud: Ec2Cloud, text: string): Promise<string> {
  const holds = ({ line }: LogLine) => line.includes(text)
  const [there] = cloud.world.logs.recent(holds)
  if (there) return Promise.resolve(there.line)
  return new Promise(resolve => {
    const stop = cloud.world.logs.subscribe(line => {
      if (!holds(line)) return
      stop()
      resolve(line.line)
    })
  })
}

describe('the stand-in of the collector', () => {
  it('takes spans of real exporters beside the application, and puts them to X-Ray with the role of the host', async () => {
    const { cloud, ask: get } = await start(roleWith('xray:PutTraceSegments'), { AOT_CONFIG_CONTENT: CONFIGURATION })
    expect(await get('/health')).toBe('200')
    const ids = [await get('/json'), await get('/protobuf')]
    const client = new XRayClient(clientOptions(cloud.gateway.url))
    ends.push(() => client.destroy())
    await expect
      .poll(async () => {
        const { Traces = [] } = await client.send(new BatchGetTracesCommand({ TraceIds: ids }))
        return Traces.map(({ Segments = [] }) => {
          const { name, annotations, subsegments = [] } = JSON.parse(Segments[0]?.Document ?? '{}')
          return { name, annotations, inside: subsegments.map((each: { name: string }) => each.name) }
        })
      })
      .toEqual(ids.map(() => ({ name: 'items', annotations: { tenant: 'gold' }, inside: ['render'] })))
    const lines = cloud.world.logs
      .recent(({ line }) => line.includes('does not do'))
      .map(({ line }) => line.split('\t')[2])
    const not = 'the local stand-in of the collector does not do'
    expect(lines).toEqual([
      `${not} the pipeline metrics: it takes traces alone`,
      `${not} receivers.otlp.protocols.grpc: it receives OTLP over HTTP`,
      `${not} the receiver awsxray: it receives OTLP over HTTP`,
      `${not} the processor tail_sampling`,
    ])
    const [standIn] = cloud.world.journal.since(0).filter(({ kind }) => kind === 'ec2.standIn')
    expect(standIn?.message).toContain(`is a stand-in for ${COLLECTOR}`)
  })

  it('says in its log and in the journal that the role may not put segments', async () => {
    const { cloud, ask: get } = await start(roleWith(), { AOT_CONFIG_CONTENT: CONFIGURATION })
    await get('/json')
    const line = await lineOf(cloud, 'Exporting failed. Dropping data.')
    expect(line).toMatch(
      /AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role\/role\/i-[0-9a-f]+ is not authorized to perform: xray:PutTraceSegments/,
    )
    expect(line).toContain('"dropped_items":')
    const denied = cloud.world.journal.since(0).filter(({ message }) => message.includes('xray:PutTraceSegments'))
    expect(denied).not.toEqual([])
    const client = new XRayClient(clientOptions(cloud.gateway.url))
    ends.push(() => client.destroy())
    const range = { StartTime: new Date(Date.now() - 60_000), EndTime: new Date(Date.now() + 60_000) }
    expect((await client.send(new GetTraceSummariesCommand(range))).TraceSummaries).toEqual([])
  })

  it('says that nothing of AWS answers when the way is closed', async () => {
    const short = CONFIGURATION.replace('{ indexed_attributes: [tenant] }', '{ request_timeout_seconds: 1 }')
    const { cloud, ask: get } = await start(roleWith('xray:PutTraceSegments'), { AOT_CONFIG_CONTENT: short })
    const ec2 = new EC2Client(clientOptions(cloud.gateway.url))
    ends.push(() => ec2.destroy())
    const https = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }
    await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId: 'app', IpPermissions: [https] }))
    await get('/json')
    const line = await lineOf(cloud, 'Exporting failed. Dropping data.')
    expect(line).toContain('https://xray.us-east-1.amazonaws.com/TraceSegments')
  })
})
