import type { Architecture } from '@terrace/model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aws } from '../aws.ts'
import { isInstalled } from '../commands.ts'
import { call, json } from '../http.ts'
import { inHurry } from '../launches.ts'
import type { Running } from '../running.ts'
import { type Load, load } from './load.ts'
import { apiOf, frontendOf, otherModel, startItems } from './running.ts'

/** Requests a second, of pages and of the API; `bench/items-rollout` makes 200. */
const RATE = 40

/** The same system whose NGINX has another configuration. */
const withNginx = (architecture: Architecture, change: (configuration: string) => string): Architecture => ({
  ...architecture,
  nodes: architecture.nodes.map(node => {
    if (node.kind !== 'autoScalingGroup') return node
    const processes = (node.machine.workload?.processes ?? []).map(process =>
      process.kind === 'nginx' ? { ...process, configuration: change(process.configuration) } : process,
    )
    return { ...node, machine: { ...node.machine, workload: { processes } } }
  }),
})

/** The same system whose API is told something else. */
const withApi = (architecture: Architecture, environment: Readonly<Record<string, string>>): Architecture => ({
  ...architecture,
  nodes: architecture.nodes.map(node => {
    if (node.kind !== 'taskDefinition') return node
    const containers = node.containers.map(container =>
      container.name === 'app'
        ? { ...container, environment: { ...container.environment, ...environment } }
        : container,
    )
    return { ...node, containers }
  }),
})

describe.skipIf(!isInstalled('nginx'))('a rollout of the items under load (need NGINX)', () => {
  let items: Running
  let requests: Load
  /** What was rolled out last. */
  let now: Architecture
  beforeAll(async () => {
    // Instances warm up for three minutes before the next one is replaced.
    items = await startItems({ timeScale: 60 })
    requests = load(RATE, [`${items.site}/`, `${items.site}/api/v1/info`, `${items.site}/api/v1/items`])
  })
  afterAll(async () => {
    await requests?.stop()
    await items?.stop()
  })

  const version = async () => (await json<{ version: string }>(`${items.site}/api/v1/info`)).version
  const settings = async () => (await call(`${items.site}/config.json`)).body
  const idsOf = async (tier: typeof apiOf) => (await tier(items)).instances.map(({ id }) => id)
  const failed = () => requests.answers.filter(({ status }) => status !== 200)

  it('I-11: of the API brings a new version in task by task, and no request fails', async () => {
    const before = await idsOf(apiOf)
    now = await otherModel(items, { version: '0.2.0' })
    expect(await items.cloud.update({ architecture: now })).toEqual({ status: 'UPDATE_COMPLETE' })
    expect(await version()).toBe('0.2.0')
    expect(
      (await apiOf(items)).instances.filter(({ id, state }) => state === 'RUNNING' && before.includes(id)),
    ).toEqual([])
    expect(failed()).toEqual([])
  })

  it('I-12: has counted the requests of the old version by metrics that are embedded in its log', async () => {
    const metrics = () =>
      aws(items, 'monitoring', { Action: 'ListMetrics', Version: '2010-08-01', Namespace: 'cloud-native-demo-dev' })
    await expect.poll(metrics).toContain('<MetricName>Requests</MetricName>')
    expect(await metrics()).toContain('<MetricName>Duration</MetricName>')
  })

  it('I-11: of the frontend replaces every instance by a refresh, and no request fails', async () => {
    const before = await idsOf(frontendOf)
    now = withNginx(now, configuration => configuration.replace('"environment":"dev"', '"environment":"other"'))
    expect(await items.cloud.update({ architecture: now })).toEqual({ status: 'UPDATE_COMPLETE' })
    expect(await settings()).toContain('"environment":"other"')
    expect((await idsOf(frontendOf)).filter(id => before.includes(id))).toEqual([])
    expect(failed()).toEqual([])
  })

  it('I-11: a version of the API that never gets healthy goes back by itself, and the old one never stops serving', async () => {
    const architecture = withApi(now, { CURSOR_SECRET: 'nobody/has/made/this' })
    const outcome = await items.cloud.update({ architecture })
    expect(outcome).toMatchObject({
      status: 'UPDATE_ROLLBACK_COMPLETE',
      reason: expect.stringContaining('ECS Deployment Circuit Breaker was triggered.'),
    })
    expect(failed()).toEqual([])
    expect(await version()).toBe('0.2.0')
  })

  it('I-11: a configuration that NGINX does not take goes back by itself, and the old instances never stop serving', async () => {
    const architecture = inHurry(
      items,
      withNginx(now, () => 'server { listen nowhere; }'),
    )
    const outcome = await items.cloud.update({ architecture })
    expect(outcome).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE' })
    expect(await settings()).toContain('"environment":"other"')
    expect(failed()).toEqual([])
  })
})
