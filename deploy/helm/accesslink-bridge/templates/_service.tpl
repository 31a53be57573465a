{{/* A Deployment and its Service. Takes (list $ app). */}}
{{- define "bridge.service" -}}
{{- $root := index . 0 -}}
{{- $app := index . 1 -}}
{{- $values := $root.Values -}}
{{- $own := get $values $app -}}
{{- $port := include "bridge.port" $app -}}
{{- $scaled := and (ne $app "auth") (or $values.keda.enabled (dig "autoscaling" "enabled" false $own)) -}}
{{- if lt (int $values.terminationGracePeriodSeconds) (add (int $values.shutdownDelaySeconds) 25) -}}
{{- fail (printf "terminationGracePeriodSeconds: %d is too short; at least shutdownDelaySeconds (%d) + 25 s, for what is under way" (int $values.terminationGracePeriodSeconds) (int $values.shutdownDelaySeconds)) -}}
{{- end -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "bridge.fullname" $root }}-{{ $app }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "bridge.labels" . | nindent 4 }}
spec:
  {{- if not $scaled }}
  replicas: {{ $own.replicas }}
  {{- end }}
  revisionHistoryLimit: 5
  # The new version runs beside the old one: migrations are compatible with the version before.
  strategy:
    type: RollingUpdate
    rollingUpdate: { maxSurge: 1, maxUnavailable: 0 }
  selector:
    matchLabels:
      {{- include "bridge.selector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "bridge.labels" . | nindent 8 }}
      {{- with $values.podAnnotations }}
      annotations: {{ toJson . }}
      {{- end }}
    spec:
      serviceAccountName: {{ include "bridge.serviceAccountName" $root }}
      {{- include "bridge.placement" $root | nindent 6 }}
      terminationGracePeriodSeconds: {{ $values.terminationGracePeriodSeconds }}
      {{- with $values.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
      {{- if $values.topologySpreadConstraints }}
      topologySpreadConstraints:
        {{- range $values.topologySpreadConstraints }}
        - {{ toJson (merge (dict "labelSelector" (dict "matchLabels" (include "bridge.selector" (list $root $app) | fromYaml))) .) }}
        {{- end }}
      {{- end }}
      containers:
        - name: {{ $app }}
          {{- include "bridge.container" $root | nindent 10 }}
          args: [{{ $app }}]
          ports:
            - { name: http, containerPort: {{ $port }}, protocol: TCP }
            {{- if eq $app "auth" }}
            - { name: internal, containerPort: {{ include "bridge.internalPort" $root }}, protocol: TCP }
            {{- end }}
          env:
            - { name: PORT, value: {{ $port | quote }} }
            - { name: LOG_LEVEL, value: {{ $values.logLevel }} }
            - { name: DEPLOYMENT, value: {{ $values.deployment }} }
            - { name: SHUTDOWN_DELAY_SECONDS, value: {{ $values.shutdownDelaySeconds | quote }} }
            - { name: TENANTS_FILE, value: /etc/accesslink-bridge/tenants/tenants.yaml }
            {{- if eq $app "auth" }}
            - { name: INTERNAL_PORT, value: {{ include "bridge.internalPort" $root | quote }} }
            - { name: PUBLIC_URL, value: {{ required "publicUrl: set where athletes reach auth, such as https://connect.example.com" $values.publicUrl | quote }} }
            {{- else if eq $app "poller" }}
            - { name: AUTH_URL, value: "http://{{ include "bridge.fullname" $root }}-auth:{{ include "bridge.internalPort" $root }}" }
            - { name: RELAY, value: {{ $values.publisher.relay }} }
            {{- else }}
            - { name: RELAY, value: {{ $own.relay }} }
            - { name: DEBEZIUM_SLOT, value: {{ $own.debeziumSlot }} }
            - { name: KAFKA_BROKERS, value: {{ required "kafka.brokers: set host:port, comma separated" $values.kafka.brokers | quote }} }
            - { name: KAFKA_COMPRESSION, value: {{ $values.kafka.compression }} }
            - { name: KAFKA_SSL, value: {{ $values.kafka.tls.enabled | quote }} }
            {{- with $values.kafka.sasl.mechanism }}
            - { name: KAFKA_SASL_MECHANISM, value: {{ . }} }
            - { name: KAFKA_USERNAME, valueFrom: { secretKeyRef: { name: {{ include "bridge.secret" (list $root $app) }}, key: KAFKA_USERNAME } } }
            {{- end }}
            {{- end }}
            {{- include "bridge.secretEnv" . | nindent 12 }}
            {{- range $name, $value := $own.settings }}
            {{- /* A large whole number of YAML is a float here, and would read 1e+06. */}}
            - { name: {{ $name }}, value: {{ ternary (printf "%.0f" $value) (printf "%v" $value) (and (eq (kindOf $value) "float64") (eq $value (floor $value))) | quote }} }
            {{- end }}
          # Ten minutes to begin with: what it needs may come up beside it.
          startupProbe:
            httpGet: { path: /health/live, port: http }
            periodSeconds: 2
            timeoutSeconds: 2
            failureThreshold: 300
          livenessProbe:
            httpGet: { path: /health/live, port: http }
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 6
          # It asks PostgreSQL and what else there is, which may take 2 s.
          readinessProbe:
            httpGet: { path: /health/ready, port: http }
            periodSeconds: 5
            timeoutSeconds: 3
            failureThreshold: 2
          resources: {{ toJson $own.resources }}
          volumeMounts:
            # Folders and no subPath: a subPath would never see a change.
            - { name: tenants, mountPath: /etc/accesslink-bridge/tenants, readOnly: true }
            - { name: secrets, mountPath: /etc/accesslink-bridge/secrets, readOnly: true }
            {{- if and (eq $app "auth") $values.tenants.existingSecret }}
            - { name: tenant-secrets, mountPath: /etc/accesslink-bridge/tenant-secrets, readOnly: true }
            {{- end }}
            - { name: tmp, mountPath: /tmp }
      volumes:
        - name: tenants
          configMap: { name: {{ include "bridge.tenantsConfigMap" $root }} }
        {{- include "bridge.secretVolume" . | nindent 8 }}
        {{- if and (eq $app "auth") $values.tenants.existingSecret }}
        - name: tenant-secrets
          secret: { secretName: {{ $values.tenants.existingSecret }}, defaultMode: 0440 }
        {{- end }}
        - name: tmp
          emptyDir: { sizeLimit: 64Mi }
---
apiVersion: v1
kind: Service
metadata:
  name: {{ include "bridge.fullname" $root }}-{{ $app }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "bridge.labels" . | nindent 4 }}
spec:
  type: ClusterIP
  selector:
    {{- include "bridge.selector" . | nindent 4 }}
  ports:
    - { name: http, port: {{ $port }}, targetPort: http, protocol: TCP, appProtocol: http }
    {{- if eq $app "auth" }}
    - { name: internal, port: {{ include "bridge.internalPort" $root }}, targetPort: internal, protocol: TCP, appProtocol: http }
    {{- end }}
{{- end }}
