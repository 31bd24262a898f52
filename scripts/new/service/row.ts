import { TerraceError } from '@terrace/kit'
import type { ServiceNames } from './names.ts'

/**
 * The table of services with one more: its import, and its row at the end. The import stands first, for the formatter to
 * put into its place.
 *
 * @param table  the text of `services/index.ts`
 * @throws TerraceError NEW_TABLE_UNREADABLE
 */
export function withRow(table: string, { folder, camel }: ServiceNames): string {
  const end = table.lastIndexOf('\n]')
  if (end === -1) {
    throw new TerraceError('NEW_TABLE_UNREADABLE', 'services/index.ts has no list that ends with a line of "]"', {
      blame: 'internal',
      hint: 'scripts/new/service/row.ts looks for it',
    })
  }
  const imported = `import { ${camel}Service } from './${folder}/index.ts'\n`
  return `${imported}${table.slice(0, end)}\n  ${camel}Service,${table.slice(end)}`
}
