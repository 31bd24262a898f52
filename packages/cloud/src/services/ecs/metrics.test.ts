import { readFileSync } from 'node:fs'
import { minutes } from '@terrace/kit'
import { describe, expect, it, vi } from 'vitest'
import { testNode } from '../../testing/architecture.ts'
import { stage } from './testing/stage.ts'

/** The process group of this test stands for the processes of a task. */
const ownGroup = (): number =>
  Number(
    readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')[2],
  )

const present = process.platform === 'linux'
const reason = present ? '' : ' (skipped: only Linux has /proc)'

describe.skipIf(!present)(`the metrics of a service${reason}`, () => {
  it('are measured from the processes of its tasks against what the tasks have, each minute', async () => {
    const cluster = testNode('cluster', 'insights', {
      name: 'insights',
      arn: 'arn:aws:ecs:us-east-1:123456789012:cluster/insights',
      containerInsights: true,
    })
    await using on = await stage(
      { nodes: [cluster], service: { cluster: 'insights', desiredCount: 1 } },
      ({ hosts }) => {
        hosts.pid = ownGroup()
      },
    )
    const { metrics } = on.cloud.world
    const names = () => metrics.list().map(({ namespace, name }) => `${namespace} ${name}`)
    await on.clock.advance(minutes(1))
    // The first look only begins the measurement: what is counted is there, what is measured not yet.
    await vi.waitFor(() => expect(names()).toContain('ECS/ContainerInsights RunningTaskCount'))
    expect(names()).not.toContain('AWS/ECS CPUUtilization')
    await on.clock.advance(minutes(1))
    await vi.waitFor(() => expect(names()).toContain('AWS/ECS CPUUtilization'))
    const [memory] = metrics.query({
      namespace: 'AWS/ECS',
      name: 'MemoryUtilization',
      dimensions: { ClusterName: 'insights', ServiceName: 'web' },
      statistic: 'Average',
      period: minutes(1),
      from: on.clock.now() - minutes(5),
      to: on.clock.now() + minutes(5),
      unit: 'Percent',
    })
    const { rss } = process.memoryUsage()
    // At least this process itself, of 512 MiB.
    expect(memory?.value).toBeGreaterThan((rss / 2 / 1024 / 1024 / 512) * 100)
    expect(names().filter(name => name.startsWith('ECS/ContainerInsights'))).toEqual(
      [
        'DesiredTaskCount',
        'RunningTaskCount',
        'PendingTaskCount',
        'DeploymentCount',
        'CpuUtilized',
        'CpuReserved',
        'MemoryUtilized',
        'MemoryReserved',
      ].map(name => `ECS/ContainerInsights ${name}`),
    )
  })
})
