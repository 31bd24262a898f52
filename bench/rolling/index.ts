import { setTimeout as wait } from 'node:timers/promises'
import { callAws } from '../aws.ts'
import type { Bench } from '../figure.ts'
import { openLoad } from '../load.ts'
import { get } from '../running.ts'
import { benchSystem, isWhole } from '../system.ts'

const PORT = 4592
const RATE = 200

/** An instance refresh replaces every instance of the library, one after another. */
export const bench: Bench = {
  name: 'rolling',
  describe: 'every instance of the library is replaced by an instance refresh at 200 requests/s: which requests fail',
  async *run() {
    const system = await benchSystem('library', PORT)
    try {
      const before = (await system.until('a whole system', isWhole)).tiers[0]
      const old = new Set(before?.instances.map(({ id }) => id))
      const load = openLoad(RATE, () => get(`${system.api}/users/`))
      await wait(1000)
      const name = await groupName(system.gateway)
      await callAws(system.gateway, 'autoscaling', {
        Action: 'StartInstanceRefresh',
        Version: '2011-01-01',
        AutoScalingGroupName: name,
        'Preferences.MinHealthyPercentage': '100',
        'Preferences.MaxHealthyPercentage': '150',
        'Preferences.InstanceWarmup': '5',
      })
      await system.until('new instances alone', status => {
        const now = status.tiers[0]?.instances ?? []
        return isWhole(status) && now.every(({ id }) => !old.has(id))
      })
      await wait(2000)
      await load.stop()
      const failed = load.answers.filter(({ status }) => status !== 200).length
      yield {
        bench: 'rolling',
        figure: 'requests that failed while every instance was replaced',
        ours: failed,
        peer: null,
        ratio: null,
        unit: 'requests',
        bar: '= 0',
        pass: failed === 0,
        note: `of ${load.answers.length}`,
      }
    } finally {
      await system.stop()
    }
  },
}

async function groupName(gateway: string): Promise<string> {
  const answer = await callAws(gateway, 'autoscaling', {
    Action: 'DescribeAutoScalingGroups',
    Version: '2011-01-01',
  })
  return /<AutoScalingGroupName>([^<]+)</.exec(answer)?.[1] ?? ''
}
