import { spawnSync } from 'node:child_process'
import { awsCli, launchVersionOf, refreshInstances } from '@terrace/constructs/operate'
import { seconds, systemClock } from '@terrace/kit'
import { optionsFrom } from './options.ts'
import { systemNames } from './stack/names.ts'
import { contextIn } from './words.ts'

/**
 * Deploys everything in one command, and ends when the new version serves: CloudFormation rolls the API and goes back by
 * itself, then an instance refresh rolls the frontend, and goes back as well.
 *
 * `--domain items.example.com` names the system; `--force-new-deployment` starts the API's tasks anew even when nothing
 * has changed; what else is given goes to `cdk deploy`, such as `-c environment=prod`.
 */
const words = process.argv.slice(2)
const at = words.indexOf('--domain')
const domain = at < 0 ? [] : words.splice(at, 2).slice(1)
const anew = words.indexOf('--force-new-deployment')
if (anew >= 0) words.splice(anew, 1)

const { project, environment, region } = optionsFrom(contextIn(words))
const { stack, cluster, service, frontend: group } = systemNames(project, environment.name)
const aws = awsCli(region)
const before = launchVersionOf({ group, aws })

const parameters = domain.flatMap(name => ['--parameters', `DomainName=${name}`])
const deployed = spawnSync('npx', ['cdk', 'deploy', ...parameters, ...words], {
  cwd: import.meta.dirname,
  stdio: 'inherit',
})
process.exitCode = deployed.status ?? 1
if (process.exitCode === 0) process.exitCode = (await rollOut()) ? 0 : 1

async function rollOut(): Promise<boolean> {
  if (anew >= 0) {
    aws(['ecs', 'update-service', '--cluster', cluster, '--service', service, '--force-new-deployment'])
    aws(['ecs', 'wait', 'services-stable', '--cluster', cluster, '--services', service])
  }
  const pause = () => systemClock.sleep(seconds(10))
  const isOut = await refreshInstances({ group, aws, pause, say: line => console.log(line) }, before)
  console.log(isOut ? `${stack}: the new version serves` : `${stack}: the version before serves`)
  return isOut
}
