/**
 * KMS: keys of the template. Ciphertexts name their key; asymmetric keys sign with node:crypto.
 * Source: AWS KMS API Reference.
 */
import {
  constants,
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';
import { canonicalJson, isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { type Permission, type Service, ServiceError, unknownOperation } from '../gateway/wire.ts';

export interface KeyDefinition {
  keyId: string;
  arn: string;
  keySpec: string;
  keyUsage: string;
}

/** Key pairs as the world stores them: PEM by key id. */
export type KeyPairs = Record<string, string>;

const signing: Record<
  string,
  { hash: string; options: { padding?: number; saltLength?: number; dsaEncoding?: 'der' } }
> = {
  ECDSA_SHA_256: { hash: 'sha256', options: { dsaEncoding: 'der' } },
  ECDSA_SHA_384: { hash: 'sha384', options: { dsaEncoding: 'der' } },
  ECDSA_SHA_512: { hash: 'sha512', options: { dsaEncoding: 'der' } },
  ...Object.fromEntries(
    [256, 384, 512].flatMap((bits) => [
      [
        `RSASSA_PSS_SHA_${bits}`,
        { hash: `sha${bits}`, options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: bits / 8 } },
      ],
      [
        `RSASSA_PKCS1_V1_5_SHA_${bits}`,
        { hash: `sha${bits}`, options: { padding: constants.RSA_PKCS1_PADDING } },
      ],
    ]),
  ),
};
const curves: Record<string, string> = {
  ECC_NIST_P256: 'P-256',
  ECC_NIST_P384: 'P-384',
  ECC_NIST_P521: 'P-521',
  ECC_SECG_P256K1: 'secp256k1',
};

export class KmsService implements Service {
  private readonly keys = new Map<string, KeyDefinition>();
  private readonly aliases = new Map<string, string>();
  private readonly pairs = new Map<string, KeyObject>();

  add(definition: KeyDefinition): void {
    this.keys.set(definition.keyId, definition);
  }

  addAlias(aliasName: string, keyId: string): void {
    this.aliases.set(aliasName, keyId);
  }

  async call(operation: string, input: JsonObject): Promise<JsonObject> {
    const run = this.operations[operation];
    if (run === undefined) throw unknownOperation('kms', operation);
    return run(input);
  }

  permissions(operation: string, input: JsonObject): Permission[] {
    const named = input.KeyId ?? keyOfCiphertext(input.CiphertextBlob);
    const resource = named === undefined ? '*' : this.find(named).arn;
    return [{ action: `kms:${operation}`, resource }];
  }

  snapshot(): KeyPairs {
    return Object.fromEntries(
      [...this.pairs].map(([id, key]) => [id, key.export({ type: 'pkcs8', format: 'pem' }).toString()]),
    );
  }

  restore(pairs: KeyPairs): void {
    for (const [id, pem] of Object.entries(pairs)) this.pairs.set(id, createPrivateKey(pem));
  }

  private readonly operations: Record<string, (input: JsonObject) => JsonObject> = {
    DescribeKey: (input) => {
      const { keyId, arn, keySpec, keyUsage } = this.find(input.KeyId);
      return {
        KeyMetadata: {
          KeyId: keyId,
          Arn: arn,
          KeySpec: keySpec,
          KeyUsage: keyUsage,
          Enabled: true,
          KeyState: 'Enabled',
        },
      };
    },
    Encrypt: (input) => {
      const key = this.find(input.KeyId);
      const plaintext = Buffer.from(String(input.Plaintext), 'base64');
      return { KeyId: key.arn, CiphertextBlob: seal(key, plaintext, input.EncryptionContext) };
    },
    Decrypt: (input) => {
      const key = this.find(keyOfCiphertext(input.CiphertextBlob));
      const plaintext = open(key, String(input.CiphertextBlob), input.EncryptionContext);
      return { KeyId: key.arn, Plaintext: plaintext.toString('base64') };
    },
    GenerateDataKey: (input) => {
      const key = this.find(input.KeyId);
      const bytes = randomBytes(input.KeySpec === 'AES_128' ? 16 : Number(input.NumberOfBytes ?? 32));
      const CiphertextBlob = seal(key, bytes, input.EncryptionContext);
      return { KeyId: key.arn, Plaintext: bytes.toString('base64'), CiphertextBlob };
    },
    Sign: (input) => {
      const { key, algorithm, message } = this.signingInput(input);
      const signature = sign(algorithm.hash, message, { key: this.privateKey(key), ...algorithm.options });
      return {
        KeyId: key.arn,
        Signature: signature.toString('base64'),
        SigningAlgorithm: input.SigningAlgorithm ?? '',
      };
    },
    Verify: (input) => {
      const { key, algorithm, message } = this.signingInput(input);
      const publicKey = createPublicKey(this.privateKey(key));
      const signature = Buffer.from(String(input.Signature), 'base64');
      if (!verify(algorithm.hash, message, { key: publicKey, ...algorithm.options }, signature)) {
        throw new ServiceError('KMSInvalidSignatureException', 'The signature is not valid.');
      }
      return { KeyId: key.arn, SignatureValid: true, SigningAlgorithm: input.SigningAlgorithm ?? '' };
    },
    GetPublicKey: (input) => {
      const key = this.find(input.KeyId);
      const der = createPublicKey(this.privateKey(key)).export({ type: 'spki', format: 'der' });
      return {
        KeyId: key.arn,
        PublicKey: der.toString('base64'),
        KeySpec: key.keySpec,
        KeyUsage: key.keyUsage,
      };
    },
  };

  /** node:crypto can't sign a digest directly, so the local KMS accepts only messages: up to 4,096 bytes, as in KMS. */
  private signingInput(input: JsonObject) {
    const key = this.find(input.KeyId);
    if (key.keyUsage !== 'SIGN_VERIFY') {
      throw new ServiceError(
        'InvalidKeyUsageException',
        `${key.arn} key usage is ${key.keyUsage} which is not valid for signing.`,
      );
    }
    const algorithm = signing[String(input.SigningAlgorithm)];
    if (algorithm === undefined) {
      throw new ServiceError(
        'ValidationException',
        `Algorithm ${input.SigningAlgorithm} is incompatible with key spec ${key.keySpec}.`,
      );
    }
    if (input.MessageType === 'DIGEST') {
      throw new ServiceError(
        'UnsupportedOperationException',
        'The local KMS signs messages (RAW), not digests.',
      );
    }
    return { key, algorithm, message: Buffer.from(String(input.Message), 'base64') };
  }

  private privateKey(key: KeyDefinition): KeyObject {
    const existing = this.pairs.get(key.keyId);
    if (existing !== undefined) return existing;
    const namedCurve = curves[key.keySpec];
    const bits = Number(/^RSA_(\d+)$/.exec(key.keySpec)?.[1] ?? 0);
    if (namedCurve === undefined && bits === 0) {
      throw new ServiceError('UnsupportedOperationException', `${key.keySpec} has no key pair.`);
    }
    const pair =
      namedCurve === undefined
        ? generateKeyPairSync('rsa', { modulusLength: bits })
        : generateKeyPairSync('ec', { namedCurve });
    this.pairs.set(key.keyId, pair.privateKey);
    return pair.privateKey;
  }

  private find(name: JsonValue | undefined): KeyDefinition {
    const text = String(name ?? '');
    const alias = /alias\/.+$/.exec(text)?.[0];
    const id = alias === undefined ? (text.split('/').at(-1) ?? '') : this.aliases.get(alias);
    const key = this.keys.get(id?.split('/').at(-1) ?? '');
    if (key === undefined) throw new ServiceError('NotFoundException', `Key '${text}' does not exist`);
    return key;
  }
}

function secretOf(key: KeyDefinition): Buffer {
  return createHash('sha256').update(`local key ${key.keyId}`).digest();
}

function seal(key: KeyDefinition, plaintext: Buffer, context: JsonValue | undefined): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', secretOf(key), nonce);
  cipher.setAAD(Buffer.from(canonicalJson(context ?? {})));
  const sealed = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  const id = Buffer.from(key.keyId.padEnd(36));
  return Buffer.concat([id, nonce, cipher.getAuthTag(), sealed]).toString('base64');
}

function open(key: KeyDefinition, blob: string, context: JsonValue | undefined): Buffer {
  const bytes = Buffer.from(blob, 'base64');
  try {
    const decipher = createDecipheriv('aes-256-gcm', secretOf(key), bytes.subarray(36, 48));
    decipher.setAAD(Buffer.from(canonicalJson(isObject(context) ? context : {})));
    decipher.setAuthTag(bytes.subarray(48, 64));
    return Buffer.concat([decipher.update(bytes.subarray(64)), decipher.final()]);
  } catch {
    throw new ServiceError(
      'InvalidCiphertextException',
      'The ciphertext or its encryption context is not valid.',
    );
  }
}

function keyOfCiphertext(blob: JsonValue | undefined): string | undefined {
  if (typeof blob !== 'string') return undefined;
  return Buffer.from(blob, 'base64').subarray(0, 36).toString().trim();
}
