import type { DbInstance } from '@terrace/model'

/**
 * What RDS takes when no version, or only its beginning, is named. RDS User Guide, "Supported MySQL / MariaDB / PostgreSQL
 * versions"; the defaults of 2026. differs: the newest version here is fixed, on AWS it moves
 */
const DEFAULTS: Readonly<Record<DbInstance['engine'], Readonly<Record<string, string>>>> = {
  mysql: { '': '8.0.46', '8': '8.0.46', '8.0': '8.0.46', '8.4': '8.4.5', '5.7': '5.7.44' },
  mariadb: { '': '11.4.5', '10': '10.11.11', '10.6': '10.6.21', '10.11': '10.11.11', '11': '11.4.5', '11.4': '11.4.5' },
  postgres: { '': '17.5', '13': '13.21', '14': '14.18', '15': '15.13', '16': '16.9', '17': '17.5' },
}

/** The full version of an engine and its parameter group family. */
export function engineDefaults(
  engine: DbInstance['engine'],
  version: string,
): { readonly version: string; readonly family: string } {
  const full = DEFAULTS[engine][version] ?? version
  const parts = full.split('.').slice(0, engine === 'postgres' ? 1 : 2)
  return { version: full, family: `${engine}${parts.join('.')}` }
}
