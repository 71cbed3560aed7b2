import { schemes, type SignatureScheme, verify } from 'hookwell/signatures';
import { describe, expect, it } from 'vitest';
import { formulas } from '../../players/formulas.js';

interface Published {
  readonly slug: string;
  readonly source: string;
  readonly secret: string;
  readonly body: string;
  /** What of the body is signed, where not all of it is. */
  readonly part?: string;
  readonly headers: Readonly<Record<string, string>>;
  /** When it was signed, where that is signed. */
  readonly at?: string;
  /** The address that was called, where it is signed. */
  readonly url?: string;
}

/** Signatures that providers have published with their secrets. */
const PUBLISHED: readonly Published[] = [
  {
    slug: 'github',
    source: 'https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries',
    secret: "It's a Secret to Everybody",
    body: 'Hello, World!',
    headers: {
      'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    },
  },
  {
    slug: 'bitbucket',
    source: 'https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks',
    secret: "It's a Secret to Everybody",
    body: 'Hello World!',
    headers: {
      'x-hub-signature': 'sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9',
    },
  },
  {
    slug: 'line',
    source: 'https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature',
    secret: '8c570fa6dd201bb328f1c1eac23a96d8',
    body: '{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}',
    headers: { 'x-line-signature': 'GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs=' },
  },
  {
    slug: 'slack',
    source: 'https://docs.slack.dev/authentication/verifying-requests-from-slack',
    secret: '8f742231b10e8888abcd99yyyzzz85a5',
    body: 'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
    headers: {
      'x-slack-request-timestamp': '1531420618',
      'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    },
    at: '2018-07-12T18:36:58Z',
  },
  {
    slug: 'svix',
    source: 'https://docs.svix.com/receiving/verifying-payloads/how-manual',
    secret: 'whsec_plJ3nmyCDGBKInavdOK15jsl',
    body: '{"event_type":"ping","data":{"success":true}}',
    headers: {
      'svix-id': 'msg_loFOjxBNrRLzqYUf',
      'svix-timestamp': '1731705121',
      'svix-signature': 'v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=',
    },
    at: '2024-11-15T21:12:01Z',
  },
  {
    slug: 'hubspot',
    source: 'https://github.com/HubSpot/hubspot-api-python',
    secret: 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy',
    body: "{'example_field':'example_value'}",
    headers: {
      'x-hubspot-request-timestamp': '1693657560000',
      'x-hubspot-signature-v3': 'K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=',
    },
    at: '2023-09-02T12:26:00Z',
    url: 'https://www.example.com/webhook_uri',
  },
  {
    slug: 'pagerduty',
    source: 'https://github.com/PagerDuty/go-pagerduty/blob/3df5eb4e62dc/webhookv3/webhookv3_test.go',
    secret: 'lDQHScfUeXUKaQRNF+8XIiDKZ7XX3itBAYzwU0TARw8lJqRnkKl2iB1anSb0Z+IK',
    body: '{"event":{"id":"01BWDWL3NYY7LUFPZCC28QUCMK","event_type":"incident.priority_updated","resource_type":"incident","occurred_at":"2021-04-26T17:36:27.458Z","agent":{"html_url":"https://acme.pagerduty.com/users/PLH1HKV","id":"PLH1HKV","self":"https://api.pagerduty.com/users/PLH1HKV","summary":"Tenex Engineer","type":"user_reference"},"client":null,"data":{"id":"PGR0VU2","type":"incident","self":"https://api.pagerduty.com/incidents/PGR0VU2","html_url":"https://acme.pagerduty.com/incidents/PGR0VU2","number":2,"status":"triggered","title":"A little bump in the road","service":{"html_url":"https://acme.pagerduty.com/services/PF9KMXH","id":"PF9KMXH","self":"https://api.pagerduty.com/services/PF9KMXH","summary":"API Service","type":"service_reference"},"assignees":[{"html_url":"https://acme.pagerduty.com/users/PTUXL6G","id":"PTUXL6G","self":"https://api.pagerduty.com/users/PTUXL6G","summary":"User 123","type":"user_reference"}],"escalation_policy":{"html_url":"https://acme.pagerduty.com/escalation_policies/PUS0KTE","id":"PUS0KTE","self":"https://api.pagerduty.com/escalation_policies/PUS0KTE","summary":"Default","type":"escalation_policy_reference"},"teams":[{"html_url":"https://acme.pagerduty.com/teams/PFCVPS0","id":"PFCVPS0","self":"https://api.pagerduty.com/teams/PFCVPS0","summary":"Engineering","type":"team_reference"}],"priority":{"html_url":"https://acme.pagerduty.com/account/incident_priorities","id":"PSO75BM","self":"https://api.pagerduty.com/priorities/PSO75BM","summary":"P1","type":"priority_reference"},"urgency":"high","conference_bridge":{"conference_number":1000,"conference_url":"https://example.com"},"resolve_reason":null}}}',
    headers: {
      'x-pagerduty-signature': 'v1=0c0b9495b893a39e70d1fea2fe11fbe0a825f88b9f67846f6cc07dd2bc5476cd',
    },
  },
  {
    slug: 'paddle',
    source: 'https://github.com/PaddleHQ/paddle-go-sdk/blob/299c56f8e4f7/example_webhook_verifier_test.go',
    secret: 'pdl_ntfset_01hsdn8d43dt7mezr1ef2jtbaw_hKkRiCGyyRhbFwIUuqiTBgI7gnWoV0Gr',
    body: '{"data":{"id":"pri_01hsdn96k2hxjzsq5yerecdj9j","name":null,"status":"active","quantity":{"maximum":999999,"minimum":1},"tax_mode":"account_setting","product_id":"pro_01hsdn8qp7yydry3x1yeg6a9rv","unit_price":{"amount":"1000","currency_code":"USD"},"custom_data":null,"description":"testing","import_meta":null,"trial_period":null,"billing_cycle":{"interval":"month","frequency":1},"unit_price_overrides":[]},"event_id":"evt_01hsdn97563968dy0szkmgjwh3","event_type":"price.created","occurred_at":"2024-03-20T10:07:35.590857Z","notification_id":"ntf_01hsdn977e920kbgzt6r6c9rqc"}',
    headers: {
      'paddle-signature': 'ts=1710929255;h1=6c05ef8fa83c44d751be6d259ec955ce5638e2c54095bf128e408e2fce1589c8',
    },
    at: '2024-03-20T10:07:35Z',
  },
  {
    slug: 'sanity',
    source: 'https://github.com/sanity-io/webhook-toolkit/blob/0753ed1948ba/test/signature.test.ts',
    secret: 'test',
    body: '{"_id":"resume"}',
    headers: { 'sanity-webhook-signature': 't=1633519811129,v1=tLa470fx7qkLLEcMOcEUFuBbRSkGujyskxrNXcoh0N0' },
  },
  {
    slug: 'sendgrid',
    source:
      'https://github.com/sendgrid/sendgrid-nodejs/blob/31bf6a020b70/packages/eventwebhook/src/eventwebhook.spec.js',
    secret:
      'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEDr2LjtURuePQzplybdC+u4CwrqDqBaWjcMMsTbhdbcwHBcepxo7yAQGhHPTnlvFYPAZFceEu/1FwCM/QmGUhA==',
    body: '{"category":"example_payload","event":"test_event","message_id":"message_id"}',
    headers: {
      'x-twilio-email-event-webhook-signature':
        'MEUCIQCtIHJeH93Y+qpYeWrySphQgpNGNr/U+UyUlBkU6n7RAwIgJTz2C+8a8xonZGi6BpSzoQsbVRamr2nlxFDWYNH2j/0=',
      'x-twilio-email-event-webhook-timestamp': '1588788367',
    },
  },
  {
    slug: 'gocardless',
    source: 'https://github.com/gocardless/gocardless-pro-ruby/blob/2a45fbec4d49/spec/webhook_spec.rb',
    secret: 'ED7D658C-D8EB-4941-948B-3973214F2D49',
    body: '{"events":[{"id":"EV00BD05S5VM2T","created_at":"2018-07-05T09:13:51.404Z","resource_type":"subscriptions","action":"created","links":{"subscription":"SB0003JJQ2MR06"},"details":{"origin":"api","cause":"subscription_created","description":"Subscription created via the API."},"metadata":{}},{"id":"EV00BD05TB8K63","created_at":"2018-07-05T09:13:56.893Z","resource_type":"mandates","action":"created","links":{"mandate":"MD000AMA19XGEC"},"details":{"origin":"api","cause":"mandate_created","description":"Mandate created via the API."},"metadata":{}}]}',
    headers: { 'webhook-signature': '2693754819d3e32d7e8fcb13c729631f316c6de8dc1cf634d6527f1c07276e7e' },
  },
  {
    slug: 'razorpay',
    source: 'https://github.com/razorpay/razorpay-node/blob/021f559e01c5/test/utils/razorpay-utils.spec.js',
    secret: '123456',
    body: '{"a":1,"b":2,"c":{"d":3}}',
    headers: { 'x-razorpay-signature': '2fe04e22977002e6c7cb553adab8b460cb9e2a4970d5953cb27a8472752e3bbc' },
  },
  {
    slug: 'twilio',
    source: 'https://github.com/twilio/twilio-go/blob/main/client/request_validator_test.go',
    secret: '12345',
    body: 'property=value&boolean=true',
    headers: { 'x-twilio-signature': 'NBdBDr/T/lgjI+tlgpXjKZQZs/k=' },
    url: 'https://mycompany.com/myapp.php?foo=1&bar=2',
  },
  {
    slug: 'twilio',
    source: 'https://github.com/twilio/twilio-go/blob/main/client/request_validator_test.go',
    secret: '12345',
    body: '{"property": "value", "boolean": true}',
    headers: { 'x-twilio-signature': 'a9nBmqA0ju/hNViExpshrM61xv4=' },
    url: 'https://mycompany.com/myapp.php?foo=1&bar=2&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620',
  },
  {
    slug: 'square',
    source:
      'https://github.com/square/square-python-sdk/blob/ef5c175fb960/tests/integration/test_webhooks_helper.py',
    secret: 'Ibxx_5AKakO-3qeNVR61Dw',
    body: '{"merchant_id":"MLEFBHHSJGVHD","type":"webhooks.test_notification","event_id":"ac3ac95b-f97d-458c-a6e6-18981597e05f","created_at":"2022-07-13T20:30:59.037339943Z","data":{"type":"webhooks","id":"bc368e64-01aa-407e-b46e-3231809b1129"}}',
    headers: { 'x-square-hmacsha256-signature': 'GF4YkrJgGBDZ9NIYbNXBnMzqb2HoL4RW/S6vkZ9/2N4=' },
    url: 'https://webhook.site/679a4f3a-dcfa-49ee-bac5-9d0edad886b9',
  },
  {
    slug: 'coinbase-commerce',
    source: 'https://github.com/coinbase/coinbase-commerce-node/blob/003e0194097e/test/testWebhook.spec.js',
    secret: '30291a20-0bd1-4267-9b0f-e6e7b123c0bf',
    body: '{"id":1,"scheduled_for":"2017-01-31T20:50:02Z","attempt_number":1,"event":{"id":"24934862-d980-46cb-9402-43c81b0cdba6","type":"charge:created","api_version":"2018-03-22","created_at":"2017-01-31T20:49:02Z","data":{"code":"66BEOV2A","name":"The Sovereign Individual","description":"Mastering the Transition to the Information Age","hosted_url":"https://commerce.coinbase.com/charges/66BEOV2A","created_at":"2017-01-31T20:49:02Z","expires_at":"2017-01-31T21:04:02Z","timeline":[{"time":"2017-01-31T20:49:02Z","status":"NEW"}],"metadata":{},"pricing_type":"no_price","payments":[],"addresses":{"bitcoin":"0000000000000000000000000000000000","ethereum":"0x0000000000000000000000000000000000000000","litecoin":"3000000000000000000000000000000000","bitcoincash":"bitcoincash:000000000000000000000000000000000000000000"}}}}',
    headers: { 'x-cc-webhook-signature': '8be7742c7d372f08a6a3224edadf18a22b65fa9e28f3f2de97376cdaa092590d' },
  },
  {
    slug: 'standard-webhooks',
    source:
      'https://github.com/standard-webhooks/standard-webhooks/blob/10d3e46d720c/libraries/javascript/src/webhook.test.ts',
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    body: '{"test": 2432232314}',
    headers: {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    },
    at: '2021-02-25T15:02:10Z',
  },
  {
    slug: 'openai',
    source: 'https://github.com/openai/openai-python/blob/40b7a6d4b64e/tests/lib/test_webhooks.py',
    secret: 'whsec_RdvaYFYUXuIFuEbvZHwMfYFhUf7aMYjYcmM24+Aj40c=',
    body: '{"id": "evt_685c059ae3a481909bdc86819b066fb6", "object": "event", "created_at": 1750861210, "type": "response.completed", "data": {"id": "resp_123"}}',
    headers: {
      'webhook-id': 'wh_685c059ae39c8190af8c71ed1022a24d',
      'webhook-timestamp': '1750861210',
      'webhook-signature': 'v1,gUAg4R2hWouRZqRQG4uJypNS8YK885G838+EHb4nKBY=',
    },
    at: '2025-06-25T14:20:10Z',
  },
  {
    slug: 'mux',
    source: 'https://github.com/muxinc/mux-node-sdk/blob/0b05091f283a/tests/api-resources/webhooks.test.ts',
    secret: 'SuperSecret123',
    body: '{"test":"body"}',
    headers: {
      'mux-signature': 't=1565125718,v1=854ece4c22acef7c66b57d4e504153bc512595e8e9c772ece2a68150548c19a7',
    },
    at: '2019-08-06T21:08:38Z',
  },
  {
    slug: 'adyen-platform',
    source: 'https://github.com/Adyen/adyen-python-api-library/blob/01c3ccef0491/test/UtilTest.py',
    secret: '44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056',
    body: '\n        {\n            "type": "merchant.created",\n            "environment": "test",\n            "createdAt": "01-01-2024",\n            "data": {\n                "capabilities": {\n                    "sendToTransferInstrument": {\n                        "requested": true,\n                        "requestedLevel": "notApplicable"\n                    }\n                },\n                "companyId": "YOUR_COMPANY_ID",\n                "merchantId": "YOUR_MERCHANT_ACCOUNT",\n                "status": "PreActive"\n            }\n        }\n        ',
    headers: { hmacsignature: 'fX74xUdztFmaXAn3IusMFFUBUSkLmDQUK0tm8xL6ZTU=' },
  },
  {
    slug: 'stripe',
    source:
      'https://github.com/stripe/stripe-dotnet/blob/04a2fb3d77ba/src/StripeTests/Services/Events/EventUtilityTest.cs',
    secret: 'webhook_secret',
    // From its src/StripeTests/Resources/event_test_signature.json.
    body: '{\n  "id": "evt_123",\n  "object": "event",\n  "account": "acct_123",\n  "api_version": "2017-05-25",\n  "created": 1533204620,\n  "data": {\n    "object": {\n      "id": "cus_123",\n      "object": "customer",\n      "created": 123456789,\n      "email": "test@stripe.com",\n      "livemode": false,\n      "metadata": {}\n    }\n  },\n  "livemode": false,\n  "pending_webhooks": 1,\n  "request": {\n    "id": "req_123",\n    "idempotency_key": "idempotency-key-123"\n  },\n  "type": "customer.created"\n}\n',
    headers: {
      'stripe-signature':
        't=1533204620,v1=2220f87ef101a04665f11cdf770523143f875572008577fa0f20882ddb9cc3c7,v0=63f3a72374a733066c4be69ed7f8e5ac85c22c9f0a6a612ab9a025a9e4ee7eef',
    },
    at: '2018-08-02T10:10:20Z',
  },
  {
    slug: 'whatsapp',
    source: 'https://github.com/WhatsApp/WhatsApp-Nodejs-SDK/blob/248dde874c2c/src/__tests__/utils.test.ts',
    // From its jest.config.ts, as the header's prefix is from Meta's page.
    secret: 'TEST_APP_SECRET',
    body: 'test',
    headers: {
      'x-hub-signature-256': 'sha256=0c61947b610d4f45e65f3d680e26027121ec2413e77598bcb6cfc6e0d9888221',
    },
  },
  {
    slug: 'shopify',
    source: 'https://github.com/Shopify/shopify-api-php/blob/07c22ddbfb2e/tests/Webhooks/RegistryTest.php',
    // From its tests/BaseTestCase.php.
    secret: 'steffi',
    body: '{"foo":"bar"}',
    headers: { 'x-shopify-hmac-sha256': '/Redz4YXHLnSmmSN8grr5/Jl/Ua3d7yX3iWbjb8R8wo=' },
  },
  {
    slug: 'adyen',
    source:
      'https://github.com/Adyen/adyen-commercetools/blob/de8bb64f6e2b/notification/test/resources/hmac-signed-notification.json',
    // From its notification/test/unit/hmac-verification.spec.js.
    secret: '44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056',
    body: '{\n  "live":"false",\n  "notificationItems":[\n    {\n      "NotificationRequestItem":{\n        "additionalData":{\n          "hmacSignature":"coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0="\n        },\n        "amount":{\n          "value":1130,\n          "currency":"EUR"\n        },\n        "pspReference":"7914073381342284",\n        "eventCode":"AUTHORISATION",\n        "eventDate":"2019-05-06T17:15:34.121+02:00",\n        "merchantAccountCode":"TestMerchant",\n        "operations":[\n          "CANCEL",\n          "CAPTURE",\n          "REFUND"\n        ],\n        "merchantReference":"TestPayment-1407325143704",\n        "paymentMethod":"visa",\n        "success":"true"\n      }\n    }\n  ]\n}\n',
    part: '1130',
    headers: {},
  },
  {
    slug: 'workos',
    source: 'https://github.com/workos/workos-python/blob/01a6e365e51c/tests/test_webhooks.py',
    secret: '1lyKDzhJjuCkIscIWqkSe4YsQ',
    body: '{"id":"wh_01FG9JXJ9C9S052FX59JVG4EG1","data":{"id":"conn_01EHWNC0FCBHZ3BJ7EGKYXK0E6","name":"Foo Corp\'s Connection","state":"active","object":"connection","domains":[{"id":"conn_domain_01EHWNFTAFCF3CQAE5A9Q0P1YB","domain":"foo-corp.com","object":"connection_domain"}],"connection_type":"OktaSAML","organization_id":"org_01EHWNCE74X7JSDV0X3SZ3KJNY"},"event":"connection.activated"}',
    headers: {
      'workos-signature':
        't=1632409405772, v1=67612f0e74f008b436a13b00266f90ef5c13f9cbcf6262206f5f4a539ff61702',
    },
    at: '2021-09-23T15:03:25.772Z',
  },
  {
    slug: 'mailgun',
    source: 'https://github.com/mailgun/mailgun-php/blob/03357e252afe/tests/Api/WebhookTest.php',
    secret: 'key-3ax6xnjp29jd6fds4gc373sgvjxteol0',
    // It has the three values, which are all that is signed. The JSON around them is ours.
    body: '{"signature":{"timestamp":"1403645220","token":"5egbgr1vjgqxtrnp65xfznchgdccwh5d6i09vijqi3whgowmn6","signature":"9cfc5c41582e51246e73c88d34db3af0a3a2692a76fbab81492842f000256d33"}}',
    part: '5egbgr1vjgqxtrnp65xfznchgdccwh5d6i09vijqi3whgowmn6',
    headers: {},
    at: '2014-06-24T21:27:00Z',
  },
  {
    slug: 'woocommerce',
    source:
      'https://github.com/woocommerce/woocommerce-rest-api-docs/blob/176d033734ed/source/includes/v2/_webhooks.md',
    // From where it creates the webhook; body and signature are of that webhook's delivery 378.
    secret: 'my-super-secret-private-key',
    body: '{"action":"woocommerce_add_to_cart","arg":"7cbbc409ec990f19c78c75bd1e06f215"}',
    headers: { 'x-wc-webhook-signature': 'geC1akFhCtsO7fbXz5XiGUsMsRa4Mt0IJsZ96nTaHjI=' },
  },
  {
    slug: 'x',
    source: 'https://github.com/xdevplatform/autohook/blob/eac07b9c0bdb/test/signature.js',
    secret: 'test',
    body: '{"test_number":1,"test_string":"two"}',
    headers: { 'x-twitter-webhooks-signature': 'sha256=YWHphPn/JFq43jkF0y4/w8R/SelmLjvpunhVFY8JhlI=' },
  },
  {
    slug: 'paystack',
    source: 'https://github.com/PaystackOSS/paystack-php/blob/06ca4fab757d/tests/Mock/EventTestDouble.php',
    // From its tests/EventTest.php.
    secret: 'sk_test_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
    body: '{"event":"just.testing","data":{"domain":"test","invoice_code":"INV_mn8lm53yl17w19r","amount":150000,"period_start":"2017-01-13T00:00:00.000Z","period_end":"2017-02-12T23:59:59.000Z","status":"success","paid":true,"paid_at":"2017-01-13T00:00:16.000Z","description":null,"authorization":{"authorization_code":"AUTH_1nv4LiD","bin":"506506","last4":"7777","exp_month":"06","exp_year":"2099","card_type":"mastercard DEBIT","bank":"Capital Corp","country_code":"NG","brand":"mastercard","reusable":true},"subscription":{"status":"active","subscription_code":"SUB_youwishiwas","email_token":"youwishitis","amount":150000,"cron_expression":"0 0 13 * *","next_payment_date":"2017-02-13T00:00:00.000Z","open_invoice":null},"customer":{"first_name":null,"last_name":null,"email":"free@free_basics.com","customer_code":"CUS_youwhistle","phone":null,"metadata":null,"risk_action":"default"},"transaction":{"reference":"someref","status":"success","amount":150000,"currency":"NGN"},"created_at":"2017-01-13T00:00:02.000Z"}}',
    headers: {
      'x-paystack-signature':
        'd955c6a79e1bc1e29aac57882ab71f8c2d93d8bf6f4fd51c3ce2fede2986124cafbe657fc7655b20e6a9d4e684bfa875bdd55e577015a9532e9543c9c11c81a9',
    },
  },
  {
    slug: 'typeform',
    source: 'https://github.com/Typeform/js-api-client/blob/187327c25dbb/tests/unit/verify-signature.test.ts',
    secret: 'my-webook-secret',
    body: '{"foo":"bar"}',
    headers: { 'typeform-signature': 'sha256=X2b3nUhiGjaWHxmPO/YQzUvHXBNac4gPjZ5/bjXrhQY=' },
  },
];

/** Signatures that others have published with their secrets, for schemes of providers that have published none. */
const BY_OTHERS: readonly Published[] = [
  {
    slug: 'asana',
    source: 'https://github.com/tesselo/giges/blob/28ffb9805d8e/test/integration/test_asana_endpoints.py',
    secret: 'pork_fillet',
    body: '{"events": [{"action": "changed", "change": {"action": "changed", "field": "completed_at"}, "created_at": "2021-09-28T18:39:13.594Z", "parent": null, "resource": {"gid": "1201046407912294", "resource_subtype": "default_task", "resource_type": "task"}, "user": {"gid": "1200279241225750", "resource_type": "user"}}]}',
    headers: { 'x-hook-signature': 'e9f6f5a3b6900a7556d5d86774ba5b1a143a963763006523b630d82aed4e4809' },
  },
  {
    slug: 'calendly',
    source: 'https://github.com/creatorpiyush/verihook/blob/43fbfd9b9fc0/tests/calendly.test.ts',
    secret: 'calendly_key',
    body: '{"event":"invitee.created","created_at":"2023-11-14T22:13:20.000000Z","created_by":"https://api.calendly.com/users/AAA","payload":{"email":"a@example.com"}}',
    headers: {
      'calendly-webhook-signature':
        't=1700000000,v1=d6e180d65490baad58eb05bee811735ef6e1d522baaa05b7ee56482716cf700d',
    },
    at: '2023-11-14T22:13:20Z',
  },
  {
    slug: 'docusign',
    source: 'https://github.com/SlopMaster2/webhook-verify/blob/f4a773e59425/src/providers/docusign.rs',
    secret: '6d5b9f8a-2c44-4a7e-9b31-3f0e1d2c5a9c',
    body: '{"event":"envelope-sent","apiVersion":"v2.1","data":{"envelopeId":"11111111-2222-3333-4444-555555555555","status":"sent","emailSubject":"Please sign this document","userId":"99999999-8888-7777-6666-555555555555"}}',
    headers: { 'x-docusign-signature-1': 'pIJlMnjy4GTTMVTa8IIpWiM4b8HmP+8qYoa3jPx/zCQ=' },
  },
  {
    slug: 'dropbox',
    source: 'https://github.com/christophercliff/hapi-dropbox-webhooks/blob/5d5f139799bf/test/index.js',
    secret: 'the_secret',
    body: '{"delta": {"users": [12345]}}',
    headers: { 'x-dropbox-signature': '0a8c16b085420b960dc78664279fe09e936a2a01b1f91064869d9e77dfd64529' },
  },
  {
    slug: 'heroku',
    source: 'https://github.com/unsplash/mercury/blob/bd7b35cda306/src/heroku/auth.rs',
    secret: 'foobar',
    body: 'a wild payload appeared',
    headers: { 'heroku-webhook-hmac-sha256': 'luDEVkRg2AxxcflGmamyN5mOPleyccUZdkg+C0MoRBY=' },
  },
  {
    slug: 'intercom',
    source: 'https://github.com/creatorpiyush/verihook/blob/030441e71014/tests/intercom.test.ts',
    secret: 'intercom_secret',
    body: '{"type":"notification_event","id":"notif_1","topic":"conversation.user.created","app_id":"abc","created_at":1700000000,"data":{"type":"notification_event_data","item":{"type":"conversation","id":"1"}}}',
    headers: { 'x-hub-signature': 'sha1=e0d6deaa5785a871c44a56b6c3138ce190b6cc98' },
  },
  {
    slug: 'lemonsqueezy',
    source: 'https://github.com/NdoleStudio/lemonsqueezy-go/blob/09420346b497/webhooks_service_test.go',
    secret: 'signing-secret',
    // From its internal/stubs/webhook.go.
    body: '\n{\n  "meta": {\n    "event_name": "order_created"\n  },\n  "data": {\n    "type": "orders",\n    "id": "1",\n    "attributes": {\n      "store_id": 1,\n      "identifier": "636f855c-1fb9-4c07-b75c-3a10afef010a",\n      "order_number": 1,\n      "user_name": "Darlene Daugherty",\n      "user_email": "gernser@yahoo.com",\n      "currency": "USD",\n      "currency_rate": "1.0000",\n      "subtotal": 999,\n      "webhook_total": 0,\n      "tax": 200,\n      "total": 1199,\n      "subtotal_usd": 999,\n      "webhook_total_usd": 0,\n      "tax_usd": 200,\n      "total_usd": 1199,\n      "tax_name": "VAT",\n      "tax_rate": "20.00",\n      "status": "paid",\n      "status_formatted": "Paid",\n      "refunded": false,\n      "refunded_at": null,\n      "created_at": "2021-08-11T13:47:29.000000Z",\n      "updated_at": "2021-08-11T13:54:54.000000Z"\n    },\n    "relationships": {\n      "store": {\n        "links": {\n          "related": "https://api.lemonsqueezy.com/v1/orders/1/store",\n          "self": "https://api.lemonsqueezy.com/v1/orders/1/relationships/store"\n        }\n      },\n      "order-items": {\n        "links": {\n          "related": "https://api.lemonsqueezy.com/v1/orders/1/order-items",\n          "self": "https://api.lemonsqueezy.com/v1/orders/1/relationships/order-items"\n        }\n      },\n      "subscriptions": {\n        "links": {\n          "related": "https://api.lemonsqueezy.com/v1/orders/1/subscriptions",\n          "self": "https://api.lemonsqueezy.com/v1/orders/1/relationships/subscriptions"\n        }\n      },\n      "license-keys": {\n        "links": {\n          "related": "https://api.lemonsqueezy.com/v1/orders/1/license-keys",\n          "self": "https://api.lemonsqueezy.com/v1/orders/1/relationships/license-keys"\n        }\n      }\n    },\n    "links": {\n      "self": "https://api.lemonsqueezy.com/v1/orders/1"\n    }\n  }\n}\n',
    headers: { 'x-signature': 'cde3c645ad532b305247f0668e1882aa3186d3d74d009f23f0e544632ccf6edd' },
  },
  {
    slug: 'sentry',
    source:
      'https://github.com/Fluent-Health/gravitee-policy-webhook-signature/blob/037f990a5674/src/test/java/io/fluenthealth/gravitee/policy/webhooksignature/WebhookSignaturePolicyTest.java',
    secret: 'sentry-client-secret-test',
    // Its src/test/resources/fixtures/sentry-issue-alert.json.
    body: '{"action": "triggered", "installation": {"uuid": "7a485448-a9e2-4c85-8a3c-4f44175783c9"}, "data": {"event": {"event_id": "4f2a6c1e8b9d4b7fa1c3e5d7f9b1a3c5", "title": "TypeError: Cannot read properties of undefined (reading \'id\')", "level": "error", "platform": "javascript", "culprit": "app/components/Profile", "environment": "production"}, "triggered_rule": "High error rate"}, "actor": {"type": "application", "id": "sentry", "name": "Sentry"}}',
    headers: { 'sentry-hook-signature': 'fb4b88679d0640b79c2c217477b076c14b7f00c38f7784cfdfe237f4da9cb288' },
  },
  {
    slug: 'twitch',
    source: 'https://github.com/nicklaw5/helix/blob/05133ff35864/eventsub_test.go',
    secret: 's3cRe7',
    body: '{"challenge":"pogchamp-kappa-360noscope-vohiyo","subscription":{"id":"f1c2a387-161a-49f9-a165-0f21d7a4e1c4","status":"webhook_callback_verification_pending","type":"channel.follow","version":"1","condition":{"broadcaster_user_id":"12826"},"transport":{"method":"webhook","callback":"https://example.com/webhooks/callback"},"created_at":"2019-11-16T10:11:12.123Z"}}',
    headers: {
      'twitch-eventsub-message-id': 'e76c6bd4-55c9-4987-8304-da1588d8988b',
      'twitch-eventsub-message-timestamp': '2019-11-16T10:11:12.123Z',
      'twitch-eventsub-message-signature':
        'sha256=7e5a96480c29cdf834b371e7a5b049638cba6e425ea51b9b2a9fabf69bc5d227',
    },
    at: '2019-11-16T10:11:12.123Z',
  },
  {
    slug: 'vercel',
    source:
      'https://github.com/getsentry/sentry/blob/03f9cab9315b/tests/sentry/integrations/vercel/test_uninstall.py',
    // From its fixtures/vercel.py.
    secret: 'AiK52QASLJXmCXX3X9gO2Zyh',
    body: '{\n        "type": "integration-configuration.removed",\n        "payload": {\n            "configuration": {\n                "id": "my_config_id",\n                "projects": ["project_id1"]\n            },\n            "team": {\n                "id": "vercel_team_id"\n            },\n            "user": {\n                "id": "vercel_user_id"\n            }\n        }\n}',
    headers: { 'x-vercel-signature': '83d53d644f6504de716eea275039e8bddd870be5' },
  },
  {
    slug: 'xero',
    source: 'https://github.com/calcinai/xero-php/blob/0ac44ee0eac8/tests/WebhookTest.php',
    secret: 'test_key',
    body: '{"events":[],"firstEventSequence": 0,"lastEventSequence": 0, "entropy": "NLDZEGWUXNHESAQVGLYF"}',
    headers: { 'x-xero-signature': 'ixznmr+Pdl6QymsWZM+9UkY4lu97q04sJyejmSOp25U=' },
  },
  {
    slug: 'zendesk',
    source:
      'https://github.com/island-is/island.is/blob/dff09fa2f08b/apps/services/auth/admin-api/src/app/v2/delegations/test/delegation-admin.auth.spec.ts',
    // Zendesk's own for testing a webhook: https://developer.zendesk.com/documentation/webhooks/verifying
    secret: 'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==',
    body: '{"id":"test"}',
    headers: {
      'x-zendesk-webhook-signature': 'ntgS06VGgd4z73lHjIpC2sk9azhRNi4u1xkXF/KPKTs=',
      'x-zendesk-webhook-signature-timestamp': '2024-10-02T14:21:04Z',
    },
    at: '2024-10-02T14:21:04Z',
  },
];

describe.each([
  ['a published signature', PUBLISHED],
  ['a signature that a third party has published', BY_OTHERS],
])('%s', (_, signatures) => {
  it.each(signatures)('holds: $slug', ({ slug, secret, body, part = body, headers, at = 0, url = '' }) => {
    const request = { method: 'POST', url, headers, rawBody: Buffer.from(body) };
    expect(verify(schemes[slug] as SignatureScheme, request, [secret], new Date(at))).toEqual({
      valid: true,
      secretIndex: 0,
    });
    const forged = { ...request, rawBody: Buffer.from(body.replace(part, (signed) => `${signed}0`)) };
    expect(verify(schemes[slug] as SignatureScheme, forged, [secret], new Date(at))).toMatchObject({
      reason: 'signature_mismatch',
    });
  });
});

it('is there for the scheme of every provider that no package stands for, but for one', () => {
  const held = new Set([...PUBLISHED, ...BY_OTHERS].map(({ slug }) => schemes[slug]));
  // The only one found for Cal.com signs a person's booking, which is nobody's to spread.
  expect(formulas.map(({ slug }) => slug).filter((slug) => !held.has(schemes[slug]))).toEqual(['calcom']);
});
