import { describe, expect, it } from 'vitest'
import { templateOf } from '../test/support.ts'
import { LoadBalancer } from './load-balancer.ts'
import { LogBucket } from './log-bucket.ts'
import { ThreeTierNetwork } from './network.ts'

describe('a load balancer', () => {
  it('is refused when nobody stands behind it', () => {
    const alone = () =>
      templateOf(stack => {
        const network = new ThreeTierNetwork(stack, 'Network')
        const logs = new LogBucket(stack, 'Logs')
        new LoadBalancer(stack, 'Api', { exposure: 'internal', tier: 'app', network, logs })
      })
    expect(alone).toThrow(/Listener needs at least one default action/)
  })
})
