// The data plane with one distribution before one origin, in a process of its own: `process.ts <folder> <socket>`.
// Says its port, and ends with SIGTERM.
import { systemClock } from '@terrace/kit'
import { startDataPlane } from '../../packages/cloud/src/dataplane/data-plane.ts'
import { Journal } from '../../packages/cloud/src/journal.ts'
import { Logs } from '../../packages/cloud/src/logs.ts'
import { benchDistribution } from './definition.ts'

const [folder = '', socket = ''] = process.argv.slice(2)
const logs = new Logs(systemClock, folder)
const dataPlane = startDataPlane({ logs, journal: new Journal(systemClock), realtime: systemClock })

dataPlane.send({ type: 'names', names: [{ name: 'bench.localhost', target: { kind: 'distribution', node: 'cdn' } }] })
dataPlane.send({ type: 'distribution', distribution: benchDistribution(), originSockets: { site: socket } })
const { port } = await dataPlane.listen(0, 0)
console.log(`listening on ${port}`)
process.once('SIGTERM', async () => {
  await dataPlane.stop()
  await logs.close()
})
