import { describe, expect, it } from 'vitest'
import { type RecordSet, validationRecords } from './clear-zone.ts'

describe('what keeps a zone from being deleted', () => {
  it('L-20: is the record that CloudFormation wrote to validate the certificate, and no other', () => {
    const validation = cname('_0a1b.library.example.com.', '_2c3d.abc.acm-validations.aws.')
    const records: readonly RecordSet[] = [
      { Name: 'library.example.com.', Type: 'NS', ResourceRecords: [{ Value: 'ns-1.example.net.' }] },
      { Name: 'app.library.example.com.', Type: 'A' },
      cname('_dmarc.library.example.com.', 'mail.example.net.'),
      cname('www.library.example.com.', 'x.acm-validations.aws.'),
      validation,
    ]
    expect(validationRecords(records)).toEqual([validation])
  })
})

const cname = (Name: string, Value: string): RecordSet => ({ Name, Type: 'CNAME', ResourceRecords: [{ Value }] })
