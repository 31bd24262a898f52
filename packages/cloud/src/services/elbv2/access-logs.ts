import { gzipSync } from 'node:zlib'
import { LOWER_ALPHANUMERIC, messageOf, minutes, type Stop } from '@terrace/kit'
import { type LoadBalancer, type NodeId, nodesOf, type Zone } from '@terrace/model'
import type { LineBundle } from '../../dataplane/line-bundle.ts'
import { RequestContext } from '../../identity/context.ts'
import { evaluate } from '../../identity/evaluate.ts'
import type { Objects } from '../../ports.ts'
import type { World } from '../../world.ts'
import { LOG_ACCOUNTS } from './limits.ts'
import { balancerName } from './metrics.ts'
import type { BalancerNodes } from './nodes.ts'
import type { BalancingState } from './state.ts'

/** A file a node every five minutes. */
const DELIVERY_INTERVAL = minutes(5)
/** A busy balancer has more than one file for the same five minutes. */
const MOST_LINES = 50_000

const TEST_FILE = 'ELBAccessLogTestFile'

/**
 * Delivers the access logs of balancers to their buckets, if the bucket's policy lets log delivery write there.
 *
 * @see ELB User Guide for Application Load Balancers, "Access logs for your Application Load Balancer".
 *   differs: `terrace logs` shows each line at once, whether it is delivered or not
 */
export class AccessLogs {
  readonly #state: BalancingState
  readonly #world: World
  readonly #nodes: BalancerNodes
  readonly #waiting = new Map<
    string,
    { readonly loadBalancer: NodeId; readonly node: Zone; readonly texts: Uint8Array[]; count: number }
  >()
  readonly #refused = new Set<string>()
  readonly #stop: Stop
  #delivering: Promise<void> = Promise.resolve()

  constructor(state: BalancingState, world: World, nodes: BalancerNodes) {
    this.#state = state
    this.#world = world
    this.#nodes = nodes
    this.#stop = world.clock.every(DELIVERY_INTERVAL, () => void this.deliver())
    for (const loadBalancer of state.loadBalancers) if (loadBalancer.accessLogs) this.announce(loadBalancer)
  }

  add(loadBalancer: NodeId, node: Zone, { text, count }: LineBundle): void {
    if (!this.#state.loadBalancer(loadBalancer)?.accessLogs) return
    const key = `${loadBalancer} ${node}`
    const waiting = this.#waiting.get(key) ?? { loadBalancer, node, texts: [], count: 0 }
    this.#waiting.set(key, waiting)
    waiting.texts.push(text)
    waiting.count += count
    if (waiting.count > MOST_LINES) void this.deliver()
  }

  /** Logging was switched on: a file tells that the bucket can be written to. */
  announce(loadBalancer: LoadBalancer): void {
    this.#later(async () => {
      const text = `Enable AccessLog for ELB: ${loadBalancer.name} at ${new Date(this.#world.clock.now()).toISOString()}`
      await this.#put(loadBalancer, `${this.#folder(loadBalancer)}/${TEST_FILE}`, Buffer.from(text))
    })
  }

  /** Delivers what has come so far; resolves when it is in the buckets. */
  deliver(): Promise<void> {
    const files = [...this.#waiting.values()]
    this.#waiting.clear()
    return this.#later(async () => {
      for (const { loadBalancer: id, node, texts } of files) {
        const loadBalancer = this.#state.loadBalancer(id)
        if (!loadBalancer) continue
        await this.#put(loadBalancer, this.#keyOf(loadBalancer, node), gzipSync(Buffer.concat(texts)))
      }
    })
  }

  async stop(): Promise<void> {
    this.#stop()
    // Nobody is waited for who never came: without a log to deliver no bucket is needed.
    if (this.#waiting.size > 0) await this.deliver()
  }

  #later(action: () => Promise<void>): Promise<void> {
    this.#delivering = this.#delivering.then(action).catch(error => {
      this.#world.journal.write({
        kind: 'elbv2.logFailed',
        message: `access logs were not delivered: ${messageOf(error)}`,
      })
    })
    return this.#delivering
  }

  async #put(loadBalancer: LoadBalancer, key: string, body: Buffer): Promise<void> {
    const bucket = loadBalancer.accessLogs?.bucket
    if (bucket === undefined) return
    const refusal = this.#refusal(bucket, key)
    if (refusal !== undefined) return this.#noteRefused(loadBalancer, bucket, refusal)
    const objects: Objects = await this.#world.ports.need('objects')
    await objects.put(bucket, key, body, { headers: { 'content-type': 'application/octet-stream' } })
  }

  // The account of Elastic Load Balancing in the region, or, as newer policies say it, its log delivery service.
  #refusal(bucketName: string, key: string): string | undefined {
    const { architecture, clock } = this.#world
    const { account, region } = architecture
    const bucket = nodesOf(architecture, 'bucket').find(({ name }) => name === bucketName)
    if (!bucket) return 'there is no such bucket'
    if (!bucket.policy) return 'the bucket has no policy'
    const context = new RequestContext({
      'aws:SecureTransport': 'true',
      'aws:SourceAccount': account,
      'aws:SourceArn': `arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/*`,
      'aws:CurrentTime': new Date(clock.now()).toISOString(),
      's3:x-amz-acl': 'bucket-owner-full-control',
    })
    const question = {
      account: LOG_ACCOUNTS[region] ?? account,
      action: 's3:PutObject',
      resource: `${bucket.arn}/${key}`,
      identityPolicies: [],
      resourcePolicy: { name: `the policy of bucket ${bucketName}`, document: bucket.policy },
      context,
    }
    const arn = `arn:aws:iam::${LOG_ACCOUNTS[region] ?? account}:root`
    const principals = [
      { kind: 'role' as const, role: '', arn, sessionArn: arn },
      ...['logdelivery.elasticloadbalancing.amazonaws.com', 'delivery.logs.amazonaws.com'].map(service => ({
        kind: 'service' as const,
        service,
        sourceArn: `arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/*`,
      })),
    ]
    const others = { ...question, account: '' }
    const decisions = principals.map(
      principal => evaluate({ ...(principal.kind === 'role' ? others : question), principal }).kind,
    )
    if (decisions.includes('explicitDeny')) return 'its policy denies it'
    return decisions.includes('allowed') ? undefined : `its policy doesn't allow s3:PutObject on ${key}`
  }

  #noteRefused(loadBalancer: LoadBalancer, bucket: string, because: string): void {
    const key = `${loadBalancer.id} ${bucket} ${because}`
    if (this.#refused.has(key)) return
    this.#refused.add(key)
    this.#world.journal.write({
      kind: 'elbv2.logRefused',
      node: loadBalancer.id,
      message: `access logs of ${loadBalancer.name} can't be delivered to ${bucket}: ${because}`,
      details: { bucket },
    })
  }

  #folder({ accessLogs }: LoadBalancer): string {
    const prefix = accessLogs?.prefix ? `${accessLogs.prefix.replace(/^\/|\/$/g, '')}/` : ''
    return `${prefix}AWSLogs/${this.#world.architecture.account}`
  }

  #keyOf(loadBalancer: LoadBalancer, zone: Zone): string {
    const { architecture, clock, random } = this.#world
    const { account, region } = architecture
    const end = new Date(clock.now()).toISOString()
    const [date = ''] = end.split('T')
    const time = `${end.slice(0, 16).replace(/[-:]/g, '')}Z`
    const address = this.#nodes.inZone(loadBalancer.id, zone)?.address ?? '0.0.0.0'
    const file = `${account}_elasticloadbalancing_${region}_${balancerName(loadBalancer).replaceAll('/', '.')}_${time}_${address}_${random.text(8, LOWER_ALPHANUMERIC)}.log.gz`
    return `${this.#folder(loadBalancer)}/elasticloadbalancing/${region}/${date.replaceAll('-', '/')}/${file}`
  }
}
