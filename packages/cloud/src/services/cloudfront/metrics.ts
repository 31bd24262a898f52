import type { Stop } from '@terrace/kit'
import { type Distribution, nodesOf } from '@terrace/model'
import type { MetricDatum } from '../../metrics/metrics.ts'
import type { World } from '../../world.ts'
import { METRIC_INTERVAL, METRIC_REGION } from './limits.ts'
import { addLines, emptyTally, type Tally } from './line-fields.ts'

const NAMESPACE = 'AWS/CloudFront'

/**
 * Tells CloudWatch once a minute what distributions have served; nothing when that is nothing.
 *
 * @see CloudFront Developer Guide, "View CloudFront and edge function metrics": the default metrics. They are in us-east-1
 * alone: a system in another region sees none
 */
export class DistributionMetrics {
  readonly #world: World
  readonly #ids: ReadonlySet<string>
  readonly #tallies = new Map<string, Tally>()
  readonly #stop: Stop

  constructor(world: World) {
    this.#world = world
    this.#ids = new Set(nodesOf(world.architecture, 'distribution').map(({ physicalId }: Distribution) => physicalId))
    this.#stop = world.clock.every(METRIC_INTERVAL, () => this.#report())
  }

  /** @param id  of the distribution @param text  lines of its standard log */
  add(id: string, text: Uint8Array): void {
    if (!this.#ids.has(id) || this.#world.architecture.region !== METRIC_REGION) return
    const tally = this.#tallies.get(id) ?? emptyTally()
    this.#tallies.set(id, tally)
    addLines(tally, text)
  }

  stop(): void {
    this.#stop()
  }

  #report(): void {
    const data = [...this.#tallies].flatMap(([id, tally]) => dataOf(id, tally))
    this.#tallies.clear()
    if (data.length > 0) this.#world.metrics.put(...data)
  }
}

function dataOf(id: string, tally: Tally): MetricDatum[] {
  const { requests, downloaded, uploaded, clientErrors, serverErrors } = tally
  if (requests === 0) return []
  const dimensions = { DistributionId: id, Region: 'Global' }
  const sum = (name: string, value: number): MetricDatum => ({
    namespace: NAMESPACE,
    name,
    dimensions,
    value,
    unit: 'None',
  })
  // A value for each request, so that averages over longer periods are right, too.
  const rate = (name: string, errors: number): MetricDatum => ({
    namespace: NAMESPACE,
    name,
    dimensions,
    unit: 'Percent',
    value: {
      sampleCount: requests,
      sum: 100 * errors,
      minimum: errors === requests ? 100 : 0,
      maximum: errors > 0 ? 100 : 0,
    },
  })
  return [
    sum('Requests', requests),
    sum('BytesDownloaded', downloaded),
    sum('BytesUploaded', uploaded),
    rate('4xxErrorRate', clientErrors),
    rate('5xxErrorRate', serverErrors),
    rate('TotalErrorRate', clientErrors + serverErrors),
  ]
}
