import { z } from 'zod'
import { accepted, type Operation, operation, shape, wireTime } from '../../../gateway/api.ts'
import { type Document, isUnprocessed, readDocument } from '../traces/document.ts'
import { anywhere, type XRay } from './context.ts'

const count = z.int().optional()
const NOTHING_READS = 'nothing reads the counts of daemons'

/** What daemons and collectors send. */
export const segmentOperations = ({ store, world }: XRay): readonly Operation[] => [
  operation({
    name: 'PutTraceSegments',
    route: 'POST /TraceSegments',
    input: shape({ TraceSegmentDocuments: z.array(z.string()) }),
    authorize: anywhere('PutTraceSegments'),
    run({ TraceSegmentDocuments }) {
      const read = TraceSegmentDocuments.map(readDocument)
      store.put(read.filter((each): each is Document => !isUnprocessed(each)))
      const refused = read.filter(isUnprocessed)
      for (const { id, code, message } of refused) {
        world.journal.write({
          kind: 'xray.unprocessed',
          message: `the segment ${id ?? 'without an id'} was not taken (${code}): ${message}`,
          details: { id, code },
        })
      }
      const UnprocessedTraceSegments = refused.map(({ id, code, message }) => ({
        ...(id === undefined ? {} : { Id: id }),
        ErrorCode: code,
        Message: message,
      }))
      return { UnprocessedTraceSegments }
    },
  }),
  operation({
    name: 'PutTelemetryRecords',
    route: 'POST /TelemetryRecords',
    input: shape({
      TelemetryRecords: accepted(
        z.array(
          shape({
            Timestamp: wireTime(),
            SegmentsReceivedCount: count,
            SegmentsSentCount: count,
            SegmentsSpilloverCount: count,
            SegmentsRejectedCount: count,
            BackendConnectionErrors: shape({
              TimeoutCount: count,
              ConnectionRefusedCount: count,
              HTTPCode4XXCount: count,
              HTTPCode5XXCount: count,
              UnknownHostCount: count,
              OtherCount: count,
            }).optional(),
          }),
        ),
        NOTHING_READS,
      ),
      EC2InstanceId: accepted(z.string().max(20).optional(), NOTHING_READS),
      Hostname: accepted(z.string().max(255).optional(), NOTHING_READS),
      ResourceARN: accepted(z.string().max(500).optional(), NOTHING_READS),
    }),
    authorize: anywhere('PutTelemetryRecords'),
    run: () => ({}),
  }),
]
