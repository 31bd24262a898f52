import { destroy } from '@terrace/constructs/operate'
import { optionsFrom } from './options.ts'
import { systemNames } from './stack/names.ts'
import { contextIn } from './words.ts'

// `-c environment=prod`, `-c project=…` and `-c region=…` say which one. In `prod` the table stays.
const words = process.argv.slice(2).filter(word => word !== '--force')
const { project, environment, region } = optionsFrom(contextIn(words))
const { stack } = systemNames(project, environment.name)
process.exitCode = await destroy({
  app: import.meta.dirname,
  what: `the stack "${stack}"`,
  zoneStack: stack,
  region,
  words,
})
