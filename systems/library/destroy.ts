import { destroy } from '@terrace/constructs/operate'

process.exitCode = await destroy({
  app: import.meta.dirname,
  what: 'the stack of the library',
  zoneStack: 'library',
  region: 'us-east-1',
})
