import { gzipSync } from 'node:zlib'
import { HEX } from '@terrace/kit'
import { type FlowLog, nodesOf, type Role } from '@terrace/model'
import { createAuthorizer } from '../../identity/authorizer.ts'
import type { Principal } from '../../identity/principal.ts'
import type { World } from '../../world.ts'

/** The records of one interface over one window. */
export interface Batch {
  readonly interfaceId: string
  readonly records: readonly string[]
}

/** What a flow log is called: of which part of the model, and its own id. */
export interface NamedFlowLog {
  readonly id: string
  readonly of: string
  readonly log: FlowLog
  /** The names of the fields, for the first line of a file. */
  readonly fields: readonly string[]
}

/** Writes to CloudWatch Logs with the role of the flow log. */
const WRITER = 'vpc-flow-logs.amazonaws.com'
/** Writes to buckets. */
const DELIVERER = 'delivery.logs.amazonaws.com'

/**
 * Delivers records as VPC Flow Logs does: with its rights, or not at all.
 * @throws Error with the reason, as a sentence without a full stop
 * @see VPC User Guide, "Publish flow logs to CloudWatch Logs", "Publish flow logs to Amazon S3"
 */
export async function deliver(world: World, named: NamedFlowLog, batches: readonly Batch[]): Promise<void> {
  switch (named.log.destination) {
    case 'cloud-watch-logs':
      return toLogGroup(world, named, batches)
    case 's3':
      return toBucket(world, named, batches)
    default:
      throw new Error(`deliveries to ${named.log.destination} are not emulated`)
  }
}

async function toLogGroup(world: World, { id, log }: NamedFlowLog, batches: readonly Batch[]): Promise<void> {
  const { architecture, clock, ports } = world
  const { region, account } = architecture
  const role = nodesOf(architecture, 'role').find(({ arn }) => arn === log.role)
  if (!role) throw new Error(`its role ${log.role ?? '(none)'} is not in the template`)
  const authorizer = createAuthorizer(world)
  const service: Principal = {
    kind: 'service',
    service: WRITER,
    sourceArn: `arn:aws:ec2:${region}:${account}:vpc-flow-log/${id}`,
  }
  const trust = { name: `the trust policy of ${role.name}`, document: role.trust }
  const assume = authorizer.decide(
    { principal: service },
    { action: 'sts:AssumeRole', resource: role.arn, resourcePolicy: trust },
  )
  if (assume.kind !== 'allowed') throw new Error(`the role ${role.name} does not trust ${WRITER}`)
  const groupArn = `arn:aws:logs:${region}:${account}:log-group:${log.target}`
  const may = (action: string, resource: string) =>
    authorizer.decide({ principal: sessionOf(role, account) }, { action, resource }).kind === 'allowed'
  const logGroups = await ports.need('logGroups')
  if (!logGroups.has(log.target)) {
    if (!may('logs:CreateLogGroup', `${groupArn}:*`)) {
      throw new Error(`there is no log group ${log.target}, and ${role.name} may not logs:CreateLogGroup`)
    }
    logGroups.create(log.target)
  }
  for (const { interfaceId, records } of batches) {
    const stream = `${interfaceId}-${log.traffic.toLowerCase()}`
    const streamArn = `${groupArn}:log-stream:${stream}`
    for (const action of ['logs:CreateLogStream', 'logs:PutLogEvents']) {
      if (!may(action, streamArn)) throw new Error(`${role.name} may not ${action} ${streamArn}`)
    }
    logGroups.put(
      log.target,
      stream,
      records.map(message => ({ at: clock.now(), message })),
    )
  }
}

const sessionOf = (role: Role, account: string): Principal => ({
  kind: 'role',
  role: role.id,
  arn: role.arn,
  sessionArn: `arn:aws:sts::${account}:assumed-role/${role.name}/${WRITER.split('.')[0]}`,
})

// The policy that a delivery needs is added to the bucket by AWS itself, so that only a denial stands in its way.
async function toBucket(world: World, { id, log, fields }: NamedFlowLog, batches: readonly Batch[]): Promise<void> {
  const { architecture, clock, ports, random } = world
  const { region, account } = architecture
  const [, name = '', prefix = ''] = /^arn:[\w-]+:s3:::([^/]+)\/?(.*)$/.exec(log.target) ?? []
  const bucket = nodesOf(architecture, 'bucket').find(each => each.name === name)
  if (!bucket) throw new Error(`its bucket ${log.target} is not in the template`)
  const [date = '', time = ''] = new Date(clock.now()).toISOString().split('T')
  const minute = `${date.replaceAll('-', '')}T${time.slice(0, 2)}${time.slice(3, 5)}Z`
  const file = `${account}_vpcflowlogs_${region}_${id}_${minute}_${random.text(8, HEX)}.log.gz`
  const folder = `AWSLogs/${account}/vpcflowlogs/${region}/${date.replaceAll('-', '/')}`
  const key = [...(prefix === '' ? [] : [prefix.replace(/\/$/, '')]), folder, file].join('/')
  if (bucket.policy) {
    const sourceArn = `arn:aws:logs:${region}:${account}:*`
    const decision = createAuthorizer(world).decide(
      { principal: { kind: 'service', service: DELIVERER, sourceArn }, context: { 'aws:SecureTransport': 'true' } },
      {
        action: 's3:PutObject',
        resource: `${bucket.arn}/${key}`,
        resourcePolicy: { name: `the policy of ${name}`, document: bucket.policy },
        context: { 's3:x-amz-acl': 'bucket-owner-full-control' },
      },
    )
    if (decision.kind === 'explicitDeny') {
      throw new Error(`statement ${decision.by.statement} of ${decision.by.policy} denies ${DELIVERER} s3:PutObject`)
    }
  }
  const lines = [fields.join(' '), ...batches.flatMap(({ records }) => records)]
  const objects = await ports.need('objects')
  await objects.put(name, key, gzipSync(`${lines.join('\n')}\n`), { headers: { 'content-type': 'application/x-gzip' } })
}
