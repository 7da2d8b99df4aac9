"""What everything else stands on, without a package beside Python: lessons by name, errors, whole files."""
