import { Banner, Button, FileButton, Icon, ProgressBar, Tick } from '@terrace/ui'
import { useId, useState } from 'react'
import { authorText } from '../../text/author-text.ts'
import { PicturePreview } from './picture-preview.tsx'
import styles from './pictures.module.css'
import { PICTURE_TYPES, useUpload } from './use-upload.ts'

export interface PictureFieldProps {
  readonly accountId: number
  readonly pictureId: string | null
  /** Says of what: makes "Add picture of option 2" of "Add picture". */
  readonly name: (action: string) => string
  readonly onChange: (pictureId: string | null) => void
  /** Told when an upload begins and when it ends. */
  readonly onUploading: (by: 1 | -1) => void
}

/** A picture: chosen, uploaded, its background removed if one likes, seen, replaced, taken away. */
export function PictureField({ accountId, pictureId, name, onChange, onUploading }: PictureFieldProps) {
  const [isCutout, setCutout] = useState(false)
  const { upload, uploading, failure, cancel } = useUpload({ accountId, onUploaded: onChange, onUploading })
  const tickName = useId()
  const action = pictureId === null ? authorText.addPicture : authorText.replacePicture
  return (
    <fieldset className={styles.field} aria-label={name(authorText.picture)}>
      {pictureId !== null && <PicturePreview key={pictureId} accountId={accountId} id={pictureId} />}
      {uploading ? (
        <div className={styles.line}>
          <ProgressBar label={authorText.uploading(uploading.name)} value={uploading.share} />
          <Button size="small" onPress={cancel}>
            {authorText.cancelUpload}
          </Button>
        </div>
      ) : (
        <div className={styles.line}>
          <FileButton
            size="small"
            label={name(action)}
            types={PICTURE_TYPES}
            onChoose={file => void upload(file, isCutout)}
          >
            <Icon name="picture" /> {action}
          </FileButton>
          {pictureId !== null && (
            <Button size="small" look="quiet" label={name(authorText.removePicture)} onPress={() => onChange(null)}>
              {authorText.removePicture}
            </Button>
          )}
          <Tick
            kind="many"
            name={tickName}
            label={authorText.removeBackground}
            isTicked={isCutout}
            onChange={setCutout}
          />
        </div>
      )}
      {failure !== undefined && (
        <div role="alert">
          <Banner state="bad">{failure}</Banner>
        </div>
      )}
    </fieldset>
  )
}
