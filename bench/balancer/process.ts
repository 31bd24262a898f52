// The data plane with one balancer in front of one target, in a process of its own: `process.ts <folder> <socket>`.
// Says its port, and ends with SIGTERM.
import { seconds, systemClock } from '@terrace/kit'
import { startDataPlane } from '../../packages/cloud/src/dataplane/data-plane.ts'
import { Journal } from '../../packages/cloud/src/journal.ts'
import { Logs } from '../../packages/cloud/src/logs.ts'
import { benchBalancer, benchGroup } from './definition.ts'

const [folder = '', socket = ''] = process.argv.slice(2)
const logs = new Logs(systemClock, folder)
const dataPlane = startDataPlane({ logs, journal: new Journal(systemClock), realtime: systemClock })
const zone = 'us-east-1a'
const { loadBalancer, listener } = benchBalancer

dataPlane.send({ type: 'names', names: [{ name: 'bench.localhost', target: { kind: 'loadBalancer', node: 'lb' } }] })
dataPlane.send({ type: 'targetGroup', targetGroup: benchGroup, crossZone: true, nodes: [zone] })
dataPlane.send({
  type: 'loadBalancer',
  config: {
    loadBalancer,
    listeners: [listener],
    nodes: [{ zone, address: '10.0.0.4', folder }],
    certificates: [],
    cookieKey: '00'.repeat(32),
  },
})
const healthy = new Promise<void>(resolve => {
  dataPlane.onHealth(({ state }) => state === 'healthy' && resolve())
})
dataPlane.send({
  type: 'targets',
  targetGroup: benchGroup.id,
  targets: [{ id: 'one', zone, address: '10.0.2.4', port: 8000, draining: false, routes: { [zone]: socket } }],
})
const { port } = await dataPlane.listen(0, 0)
await Promise.race([healthy, systemClock.sleep(seconds(10))])
console.log(`listening on ${port}`)
process.once('SIGTERM', async () => {
  await dataPlane.stop()
  await logs.close()
})
