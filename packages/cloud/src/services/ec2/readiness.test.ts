import { hours, VirtualClock } from '@terrace/kit'
import { afterEach, describe, expect, it } from 'vitest'
import { policy, testRole } from '../../gateway/testing.ts'
import { testNode, threeTiers } from '../../testing/architecture.ts'
import { type Ec2Cloud, folderWith, imageIn, imageProcess, machineWith, startEc2Cloud } from '../../workload/testing.ts'

/** Says each time that it is asked, and that it isn't ready. */
const MAIN = `require('node:http').createServer((_, response) => {
  console.log('asked')
  response.writeHead(503).end()
}).listen(Number(process.env.PORT))`

const role = {
  ...testRole('role', { Effect: 'Allow', Action: 'ecr:*', Resource: '*' }),
  trust: policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } }),
}

describe('a script that waits for its process', () => {
  const folder = folderWith({ 'main.js': MAIN })
  let cloud: Ec2Cloud
  afterEach(async () => {
    await cloud.stop()
    folder.remove()
  })

  /** Resolves when the process has been asked so often from now on. */
  const asked = (times: number): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>()
    let left = times
    const stop = cloud.world.logs.subscribe(({ line }) => {
      if (!line.includes('asked') || --left > 0) return
      stop()
      resolve()
    })
    return promise
  }

  it('waits in the time of the machine: processes don’t start sooner because the control loops run faster', async () => {
    const clock = new VirtualClock()
    const userData = '#!/bin/bash\nuntil curl -f http://localhost:8000/readyz; do sleep 2; done\n'
    const machine = machineWith([imageProcess(imageIn(folder.path))], { role: 'role', userData })
    // The deployment pushes the images that templates name.
    const template = testNode('launchTemplate', 'template', { name: 'app', machine })
    cloud = await startEc2Cloud({ nodes: [...threeTiers(), role, template], clock })
    const first = asked(1)
    await cloud.instances.launch({ machine, subnet: 'app-a', owner: 'template' })
    await first
    await clock.advance(hours(1))
    // One more question may be under way already.
    const failed = cloud.world.journal.find(({ kind }) => kind === 'ec2.bootFailed')
    expect(await Promise.race([asked(3), failed.then(({ message }) => message)])).toBeUndefined()
  })
})
